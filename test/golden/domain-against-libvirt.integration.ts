/**
 * The generic treatment of guests against libvirt itself: every domain of the data is defined in libvirt's test driver
 * (virsh, in one process, nothing is touched on this machine) and shown again. What differs is listed with its reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { domain } from '../../drivers/conf/index.ts';
import { registerDomainRules } from '../../drivers/conf/domain/rules.ts';
import { VirError } from '../../drivers/error.ts';
import { corpusDir, corpusFiles, corpusText, reportShare, skipReason } from './corpus.ts';

/** What libvirt's own test driver adds to the generic treatment. */
registerDomainRules('libvirt-test', {
  features: new Set(['memory-hotplug', 'offline-vcpupin', 'individual-vcpus', 'net-model-string']),
  basic: (def) => {
    if (def.os?.type !== undefined) def.os.type.arch ??= 'i686';
  },
  device: (item, def) => {
    if (item.kind !== 'videos' || item.device.model?.type !== 'default') return;
    item.device.model.type = def.os?.type?.arch?.startsWith('ppc64') === true ? 'vga' : 'cirrus';
  },
});

const namespaces = "libvirt's test driver knows no hypervisor's namespace and drops its elements; they are kept here";
const wholeMegabytes =
  'libvirt cuts the size of shared memory to whole megabytes; here it is kept, and refused by drivers that cannot';

/** Cases that differ, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'bhyve/bhyvexml2argvdata/bhyvexml2argv-commandline.xml': namespaces,
  'domain-qemu/qemuxml2argvdata/qemu-ns-commandline.xml': namespaces,
  'domain-qemu/qemuxml2argvdata/qemu-ns-domain-commandline.xml': namespaces,
  'domain-qemu/qemuxml2argvdata/qemu-ns-no-env.xml': namespaces,
  'domain-qemu/qemuxml2argvdata/qemu-ns.xml': namespaces,
  'lxc/lxcxml2xmldata/lxc-sharenet.xml': namespaces,
  'vmx/vmx2xmldata/datacenterpath.xml': namespaces,
  'vmx/xml2vmxdata/xml2vmx-datacenterpath.xml': namespaces,
  'xl/xlconfigdata/test-qemu-passthrough.xml': namespaces,
  'domain-qemu/qemuxml2argvdata/shmem-invalid-size.xml': wholeMegabytes,
  'domain-qemu/qemuxml2argvdata/shmem-small-size.xml': wholeMegabytes,
  'domain-qemu/qemuxml2argvdata/s390-panic.xml':
    'libvirt drops a panic device without model or address; it is kept here',
  'domain-qemu/qemuxml2argvdata/net-user-passt.xml': 'newer than the libvirt compared with',
};

/** Made-up identities are not compared. */
const neutral = (text: string): string =>
  text
    .replace(/52:54:00(?::[0-9a-f]{2}){3}/g, 'MAC')
    .replace(/<(uuid|genid)>[^<]*</g, '<$1>UUID<')
    .replace(/interfaceid='[^']*'/g, "interfaceid='UUID'")
    .replace(/\n *<target dev='testnet\d+'\/>/g, '')
    .trim();

/** What libvirt says of each file: its text, or an error. */
function askLibvirt(files: readonly string[]): Map<string, { text?: string; error?: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-virsh-'));
  try {
    const node = join(folder, 'node.xml');
    writeFileSync(
      node,
      '<node><cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes><sockets>4</sockets><cores>4</cores><threads>2</threads></cpu><memory>8192000</memory></node>',
    );
    const script = files.flatMap((file) => [
      `echo '@@ ${file} @@'`,
      `define --file '${join(corpusDir ?? '', file)}'`,
      `dumpxml --inactive --security-info --domain '${nameOf(file)}'`,
      `undefine '${nameOf(file)}'`,
    ]);
    const { stdout, stderr } = spawnSync('sh', ['-c', `virsh -q -c 'test://${node}' 2>&1`], {
      input: `${script.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    if (stdout === '') throw new Error(`virsh said nothing: ${stderr}`);
    return new Map(
      stdout
        .split(/^@@ /m)
        .slice(1)
        .map((part) => answer(part)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answer(part: string): [string, { text?: string; error?: string }] {
  const file = part.slice(0, part.indexOf(' @@'));
  const text = /<domain[\s\S]*<\/domain>/.exec(part)?.[0];
  const error = /^error: (?!Failed to define|failed to get domain)(.*)$/m.exec(part)?.[1];
  return [file, { ...(text === undefined ? {} : { text }), ...(error === undefined ? {} : { error }) }];
}

const nameOf = (file: string): string =>
  domain.parse(corpusText(file) ?? '', { skipPostParse: true }).name.replaceAll("'", "'\\''");

function ours(file: string): { text?: string; error?: string } {
  try {
    const def = domain.parse(corpusText(file) ?? '', { driver: 'libvirt-test', inactive: true });
    return { text: domain.format(def, { inactive: true, secure: true, unknown: 'drop' }) };
  } catch (error) {
    if (error instanceof VirError) return { error: error.message };
    throw error;
  }
}

const hasVirsh = spawnSync('virsh', ['--version']).status === 0;
if (!hasVirsh) console.log('comparison with libvirt not run: virsh is not installed (Debian: libvirt-clients)');

const folders = [
  'domain-qemu/qemuxml2argvdata',
  'domain/genericxml2xmlindata',
  'bhyve/bhyvexml2argvdata',
  'lxc/lxcxml2xmldata',
  'xl/xlconfigdata',
  'xm/xmconfigdata',
  'vmx',
];

describe.skipIf(skipReason !== undefined || !hasVirsh)('domains in libvirt', () => {
  it('are defined and refused alike', () => {
    const files = folders.flatMap((folder) => corpusFiles(folder)).filter((file) => !file.endsWith('-invalid.xml'));
    const theirs = askLibvirt(files);
    const different: string[] = [];
    for (const file of files) {
      const wanted = theirs.get(file) ?? {};
      const got = ours(file);
      const isSame =
        wanted.text === undefined
          ? got.text === undefined
          : got.text !== undefined && neutral(got.text) === neutral(wanted.text);
      if (!isSame) different.push(file);
    }
    reportShare("domains treated as libvirt's test driver does", files.length - different.length, files.length);
    expect(different.toSorted()).toEqual(Object.keys(exceptions).toSorted());
  });
});
