/** Log-ins that ask: a real sshd and a real SASL server behind the dialogs, with both SSHs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { run } from '../rig/process.ts';
import { saslUser } from '../rig/sasl.ts';
import { makeNetcatOfNobody, sshPassphrase, sshPassword, type SshServer } from '../rig/ssh.ts';
import type { AppPage } from './pages/app-page.ts';
import { GuestsPage } from './pages/guests-page.ts';
import { PromptDialog } from './pages/prompt-dialog.ts';
import { expect, remoteMissing, test } from './remote-fixtures.ts';
import { text } from './texts.ts';

test.describe.configure({ timeout: 120_000 });
test.skip(remoteMissing !== null, `not run: ${remoteMissing}`);

function uriOf(transport: string, server: SshServer, params: Record<string, string>): string {
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `test+${transport}://root@127.0.0.1:${server.port}/default?${query.join('&')}`;
}

const unknownHost = (page: Page): Promise<PromptDialog> =>
  new PromptDialog(page, text('prompt.host-key.title')).opened();
const passwordOf = (page: Page, login: string): Promise<PromptDialog> =>
  new PromptDialog(page, text('prompt.password.title', { login })).opened();
const label = text('prompt.password.label');

/** Asks what a hardware key and a one-time code would make ssh ask, then logs in. */
const sshWithHardwareKey = `#!/bin/sh
case " $* " in *" -N "*)
  SSH_ASKPASS_PROMPT=none "$SSH_ASKPASS" 'Confirm user presence for key ED25519-SK SHA256:test' & p=$!
  while [ ! -e "\${0%/*}/touched" ]; do sleep 0.1; done
  kill "$p"
  until [ "$code" = 123456 ]; do
    code=$("$SSH_ASKPASS" '(root@127.0.0.1) Verification code: ') || exit 255
  done
esac
exec ssh "$@"
`;

async function expectGuests({ page }: AppPage): Promise<void> {
  const guests = await new GuestsPage(page).opened();
  await expect(guests.row('test')).toBeVisible();
}

/** In both themes and on a narrow window, to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/${name}-${colorScheme}.png`, animations: 'disabled' });
  }
  await page.setViewportSize({ width: 700, height: 800 });
  await page.screenshot({ path: `test-results/${name}-narrow.png`, animations: 'disabled' });
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('the fields of a host elsewhere make its address', async ({ app, remote }) => {
  const server = await remote.startSsh();
  const dialog = await app.openConnectionDialog();
  await dialog.root.getByRole('button', { name: text('connection.pattern.ssh') }).click();
  await expect(dialog.field('connection.remote.host')).toBeFocused();
  await expect(dialog.connectButton).toBeDisabled();
  await app.page.keyboard.insertText('127.0.0.1');
  await dialog.field('connection.remote.port').fill(String(server.port));
  await dialog.field('connection.remote.keyfile').fill(server.keyfile);
  await expect(dialog.uri).toHaveValue(`qemu+ssh://root@127.0.0.1:${server.port}/system?keyfile=${server.keyfile}`);
  await picture(app.page, 'add-ssh-host');
  // The rig's guests are in libvirt's test driver, and nobody's own known hosts are touched.
  await dialog.uri.fill(uriOf('ssh', server, { known_hosts: server.knownHosts }));
  await expect(dialog.field('connection.remote.keyfile')).toHaveValue('');
  await dialog.field('connection.remote.keyfile').fill(server.keyfile);
  await dialog.connectButton.click();
  await expectGuests(app);
  expect(server.logins()).toBe(1);
});

for (const transport of ['ssh', 'libssh2']) {
  test.describe(transport, () => {
    test('an unknown host is compared and accepted, a wrong password is asked for again', async ({
      app,
      folder,
      remote,
    }) => {
      const server = await remote.startSsh({ methods: 'password' });
      const known = join(folder, 'known_hosts');
      const dialog = await app.openConnectionDialog();
      await dialog.attempt(uriOf(transport, server, { known_hosts: known }));
      const hostKey = await unknownHost(app.page);
      await expect(hostKey.root).toContainText(server.fingerprint);
      await expect(hostKey.root).toContainText('ED25519');
      await expect(hostKey.button('dialog.cancel')).toBeFocused();
      if (transport === 'ssh') await picture(app.page, 'prompt-host-key');
      await hostKey.button('prompt.host-key.accept').click();
      const password = await passwordOf(app.page, 'root@127.0.0.1');
      const field = password.field(label);
      await field.dispatchEvent('keydown', { key: 'a', modifierCapsLock: true });
      await expect(password.root).toContainText(text('prompt.capsLock'));
      await password.button('prompt.show').click();
      await expect(field).toHaveAttribute('type', 'text');
      await password.button('prompt.hide').click();
      await expect(field).toHaveAttribute('type', 'password');
      await field.focus();
      await password.answer(label, 'wrong');
      await expect(password.root).toContainText(text('prompt.password.wrong'), { timeout: 20_000 });
      if (transport === 'ssh') await picture(app.page, 'prompt-wrong-password');
      await password.answer(label, sshPassword);
      await expectGuests(app);
      await expect(password.root).toBeHidden();
      expect(server.logins()).toBe(1);
      expect(await run('ssh-keygen', ['-F', `[127.0.0.1]:${server.port}`, '-f', known])).toContain(
        server.hostKey.split(' ')[1],
      );
      await expect(app.page.locator('body')).not.toContainText(sshPassword);
    });

    test('Esc ends the log-in without an error and without believing the host', async ({ app, folder, remote }) => {
      const server = await remote.startSsh({ methods: 'password' });
      const known = join(folder, 'known_hosts');
      const dialog = await app.openConnectionDialog();
      await dialog.attempt(uriOf(transport, server, { known_hosts: known }));
      const hostKey = await unknownHost(app.page);
      await app.page.keyboard.press('Escape');
      await expect(hostKey.root).toBeHidden();
      await expect(dialog.connectButton).toBeEnabled();
      await expect(dialog.error).toHaveCount(0);
      await expect(dialog.uri).toBeVisible();
      expect(server.logins()).toBe(0);
      expect(await readFile(known, 'utf8').catch(() => '')).toBe('');
      await app.page.keyboard.press('Escape');
      await expect(app.host('127.0.0.1')).toContainText(text('connection.disconnected'));
    });

    test('a changed key is shown beside the known one, and refused', async ({ app, folder, remote }) => {
      const server = await remote.startSsh();
      const known = join(folder, 'known_hosts');
      const otherKey = await run('ssh-keygen', ['-y', '-f', server.keyfile]);
      await writeFile(known, `# of this test\n[127.0.0.1]:${server.port} ${otherKey}`);
      const before = await readFile(known, 'utf8');
      const adding = await app.openConnectionDialog();
      await adding.attempt(uriOf(transport, server, { known_hosts: known, keyfile: server.keyfile }));
      const host = '127.0.0.1 (Test hypervisor)';
      const changed = await new PromptDialog(app.page, text('connection.changedKey.title', { host })).opened();
      await expect(changed.root).toContainText(server.fingerprint);
      await expect(changed.root).toContainText((await run('ssh-keygen', ['-l', '-f', server.keyfile])).split(' ')[1]!);
      await expect(changed.root).toContainText(text('connection.changedKey.place', { file: known, line: 2 }));
      await expect(changed.root).toContainText(`ssh-keygen -f ${known} -R '[127.0.0.1]:${server.port}'`);
      await expect(changed.button('dialog.close').last()).toBeFocused();
      if (transport === 'ssh') await picture(app.page, 'changed-key');
      await app.page.keyboard.press('Enter');
      await expect(changed.root).toBeHidden();
      await expect(app.page.getByRole('alert')).toContainText(server.fingerprint);
      await app.page.getByRole('button', { name: text('connection.changedKey.compare') }).click();
      await changed.opened();
      expect(server.logins()).toBe(0);
      expect(await readFile(known, 'utf8')).toBe(before);
    });

    test('a passphrase and then a password of the server’s own dialogue make one log-in', async ({ app, remote }) => {
      const server = await remote.startSsh({ methods: 'publickey,keyboard-interactive' });
      const params = { known_hosts: server.knownHosts, keyfile: server.lockedKeyfile };
      const adding = await app.openConnectionDialog();
      await adding.attempt(uriOf(transport, server, params));
      const passphrase = await new PromptDialog(app.page, text('prompt.passphrase.title')).opened();
      await expect(passphrase.root).toContainText(server.lockedKeyfile);
      if (transport === 'ssh') await picture(app.page, 'prompt-passphrase');
      await passphrase.answer(text('prompt.passphrase.label'), 'wrong');
      await expect(passphrase.root).toContainText(text('prompt.passphrase.wrong'));
      await passphrase.answer(text('prompt.passphrase.label'), sshPassphrase);
      const password = await passwordOf(app.page, 'root@127.0.0.1');
      await password.answer(label, sshPassword);
      await expectGuests(app);
      expect(server.logins()).toBe(1);
    });
  });
}

test('a hardware key is waited for, and a one-time code asked for again', async ({ app, folder, remote }) => {
  const server = await remote.startSsh();
  const program = join(folder, 'ssh-with-key');
  await writeFile(program, sshWithHardwareKey, { mode: 0o755 });
  const params = { known_hosts: server.knownHosts, keyfile: server.keyfile, command: program };
  const adding = await app.openConnectionDialog();
  await adding.attempt(uriOf('ssh', server, params));
  const touch = await new PromptDialog(app.page, text('prompt.touch.title')).opened();
  await expect(touch.button('dialog.cancel')).toBeFocused();
  await picture(app.page, 'prompt-touch');
  await writeFile(join(folder, 'touched'), '');
  const host = '127.0.0.1 (Test hypervisor)';
  const code = await new PromptDialog(app.page, text('prompt.code.title', { host })).opened();
  await expect(touch.root).toBeHidden();
  await expect(code.root).toContainText('Verification code:');
  await expect(code.root.getByRole('checkbox')).toHaveCount(0);
  await code.answer(text('prompt.code.label'), '1234');
  await expect(code.root).toContainText(text('prompt.code.wrong'));
  await picture(app.page, 'prompt-code');
  await code.answer(text('prompt.code.label'), '123456');
  await expectGuests(app);
  expect(server.logins()).toBe(1);
});

test('a lost connection comes back with a remembered password, else the host is marked and nobody is interrupted', async ({
  app,
  remote,
}) => {
  const server = await remote.startSsh({ methods: 'password' });
  const adding = await app.openConnectionDialog();
  await adding.attempt(uriOf('ssh', server, { known_hosts: server.knownHosts }));
  const password = await passwordOf(app.page, 'root@127.0.0.1');
  await password.answer(label, sshPassword);
  await expectGuests(app);
  await server.cut();
  const host = app.host('127.0.0.1');
  await expect(host).toContainText(text('connection.needs.password'), { timeout: 30_000 });
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
  await picture(app.page, 'host-needs-password');
  await app.page
    .getByRole('button', { name: text('connection.logIn') })
    .first()
    .click();
  await password.opened();
  await password.remember();
  await password.field(label).focus();
  await password.answer(label, sshPassword);
  await expect(password.root).toBeHidden({ timeout: 20_000 });
  await expect(host).not.toContainText(text('connection.needs.password'));
  expect(server.logins()).toBe(2);
  await server.cut();
  await expect.poll(() => server.logins(), { timeout: 30_000 }).toBe(3);
  await expectGuests(app);
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
});

test('libvirt’s own user name and password (SASL over TLS) are asked for until they are right', async ({
  app,
  remote,
}) => {
  const adding = await app.openConnectionDialog();
  await adding.attempt(remote.tlsUri);
  const title = text('prompt.credentials.title', { host: 'localhost' });
  const credentials = await new PromptDialog(app.page, title).opened();
  const type = async (password: string): Promise<void> => {
    await expect(credentials.field(text('prompt.credentials.user'))).toBeFocused();
    await app.page.keyboard.insertText(saslUser.user);
    await app.page.keyboard.press('Tab');
    await credentials.answer(text('prompt.credentials.password'), password);
  };
  await type('wrong');
  await expect(credentials.root).toContainText(text('prompt.credentials.wrong'));
  await picture(app.page, 'prompt-credentials');
  await type(saslUser.password);
  await expectGuests(app);
});

test('a user there who may not use libvirt is offered to look, with no more log-ins than were asked for', async ({
  app,
  remote,
}) => {
  const server = await remote.startSsh();
  const netcat = await makeNetcatOfNobody(remote.libvirtd.dir);
  const dialog = await app.openConnectionDialog();
  const { keyfile, knownHosts } = server;
  await dialog.attempt(uriOf('ssh', server, { keyfile, known_hosts: knownHosts, netcat }));
  await expect(dialog.error).toContainText(/may not use libvirt/);
  const offer = dialog.error.getByRole('button', { name: text('connection.connectReadonly') });
  await expect(offer).toBeVisible();
  expect(server.logins()).toBe(1);
  await picture(app.page, 'read-only-offered-behind-ssh');
  await offer.click();
  await expectGuests(app);
  await expect(app.hostTree).toContainText(text('connection.readonly'));
  expect(server.logins()).toBe(2);
});
