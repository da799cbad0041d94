import { describe, expect, it } from 'vitest';
import { parseUri } from '../../uri.ts';
import { loginArgs } from './openssh/arguments.ts';
import { sshTargetOf, type SshTarget } from './target.ts';

const targetOf = (query: string, hasPrompt = true): SshTarget =>
  sshTargetOf(parseUri(`qemu+ssh://me@kvm1:2222/system?${query}`), hasPrompt);

/** Options that ssh is given for a URI's parameters, by name. */
function optionsOf(query: string): Record<string, string> {
  const args = loginArgs(targetOf(query), '/c', true, 1000);
  const options = args.filter((_, index) => args[index - 1] === '-o');
  return Object.fromEntries(options.map((option) => option.split(/=(.*)/s).slice(0, 2))) as Record<string, string>;
}

describe('sshTargetOf', () => {
  it('takes the URI without parameters', () => {
    expect(targetOf('')).toEqual({
      host: 'kvm1',
      user: 'me',
      port: 2222,
      keyfile: null,
      knownHosts: null,
      hostKeys: 'ask',
      jump: null,
      canPrompt: true,
      command: 'ssh',
      methods: null,
    });
  });

  it('takes every parameter', () => {
    const query =
      'keyfile=/k&known_hosts=/h&known_hosts_verify=auto&no_tty=1&command=/opt/ssh&sshauth=privkey,password&jump=a@b:1';
    expect(targetOf(query)).toMatchObject({
      keyfile: '/k',
      knownHosts: '/h',
      hostKeys: 'acceptNew',
      jump: 'a@b:1',
      canPrompt: false,
      command: '/opt/ssh',
      methods: ['privkey', 'password'],
    });
    expect([targetOf('known_hosts_verify=ignore').hostKeys, targetOf('no_verify=1').hostKeys]).toEqual([
      'ignore',
      'ignore',
    ]);
    expect([targetOf('known_hosts_verify=normal').hostKeys, targetOf('no_verify=0').hostKeys]).toEqual(['ask', 'ask']);
    expect([targetOf('no_tty=0').canPrompt, targetOf('no_tty=0', false).canPrompt]).toEqual([true, false]);
  });

  it.each([
    ['known_hosts_verify=maybe', 'known are normal, auto and ignore'],
    ['sshauth=privkey,smile', "'smile' is no method"],
    ['no_verify=yes', "the parameter 'no_verify' is 'yes'"],
    ['no_tty=', "the parameter 'no_tty' is ''"],
    ['keyfile=-k', 'The parameter keyfile=-k cannot be used'],
  ])('refuses %s, naming the parameter', (query, reason) => {
    expect(() => targetOf(query)).toThrow(reason);
  });
});

describe('loginArgs', () => {
  it('asks for the methods of sshauth only', () => {
    expect(optionsOf('')).not.toHaveProperty('PreferredAuthentications');
    expect(optionsOf('sshauth=privkey')).toMatchObject({
      PreferredAuthentications: 'publickey',
      IdentityAgent: 'none',
    });
    expect(optionsOf('sshauth=agent,password')).toMatchObject({
      PreferredAuthentications: 'publickey,password',
      IdentityFile: 'none',
    });
    expect(Object.keys(optionsOf('sshauth=agent,privkey'))).not.toContain('IdentityAgent');
    const args = (query: string): string[] => loginArgs(targetOf(query), '/c', true, 1000);
    expect([args('keyfile=/k'), args('keyfile=/k&sshauth=agent')].map((all) => all.includes('-i'))).toEqual([
      true,
      false,
    ]);
  });

  it('believes unknown hosts as far as the URI says', () => {
    const policies = ['', 'known_hosts_verify=auto', 'no_verify=1'].map(
      (query) => optionsOf(query)['StrictHostKeyChecking'],
    );
    expect(policies).toEqual(['ask', 'accept-new', 'no']);
    expect(optionsOf('known_hosts=/my hosts'.replace(' ', '%20'))['UserKnownHostsFile']).toBe('"/my hosts"');
  });
});
