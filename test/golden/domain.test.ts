/** The generic treatment of guests against libvirt's own expected files. */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { domain } from '../../drivers/conf/index.ts';
import { VirError } from '../../drivers/error.ts';
import { corpusFiles, corpusText, reportShare, skipReason, withoutComments } from './corpus.ts';

/** Cases of libvirt's generic test that must be refused, with a part of the message. */
const refused: Readonly<Record<string, string>> = {
  'cachetune-colliding-allocs.xml': 'Colliding cache allocations',
  'cachetune-colliding-monitor.xml': 'Monitor vcpus conflicts with allocation',
  'cachetune-colliding-tunes.xml': 'Identical vcpus in cachetunes',
  'chardev-reconnect-missing-timeout.xml': "Missing required attribute 'timeout'",
  'chardev-tcp-missing-host.xml': 'Missing source host attribute',
  'chardev-tcp-missing-service.xml': 'Missing source service attribute',
  'chardev-tcp-multiple-source.xml': 'only one source element',
  'chardev-udp-missing-connect-service.xml': 'Missing source service attribute',
  'chardev-udp-multiple-source.xml': 'only two source elements',
  'chardev-unix-redirdev-missing-path.xml': 'Missing source path attribute',
  'chardev-unix-smartcard-missing-path.xml': 'Missing source path attribute',
  'graphics-listen-network-invalid.xml': "'network' attribute is required",
  'memorytune-colliding-allocs.xml': 'Memory Bandwidth already defined',
  'name-slash-fail.xml': "cannot contain '/'",
};

/** Generic cases that differ from libvirt's file, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {};

const indata = 'domain/genericxml2xmlindata';
const outdata = 'domain/genericxml2xmloutdata';

describe.skipIf(skipReason !== undefined)('generic domains', () => {
  const cases = corpusFiles(indata);
  let passed = 0;

  it.each(cases)('%s is what libvirt makes of it', (path) => {
    const name = basename(path);
    const source = corpusText(path) ?? '';
    const why = refused[name];
    if (why !== undefined) {
      expect(() => domain.parse(source)).toThrow(VirError);
      expect(() => domain.parse(source)).toThrow(why);
    } else {
      const expected = withoutComments(corpusText(`${outdata}/${name}`) ?? source);
      for (const inactive of [false, true]) {
        const text = domain.format(domain.parse(source, { inactive }), { inactive, secure: true });
        if (exceptions[name] === undefined) expect(text).toBe(expected);
        else expect(text, `listed as an exception, yet equal: ${exceptions[name]}`).not.toBe(expected);
      }
    }
    passed++;
  });

  it('has no stale exception', () => {
    const names = new Set(cases.map((path) => basename(path)));
    expect([...Object.keys(exceptions), ...Object.keys(refused)].filter((name) => !names.has(name))).toEqual([]);
    reportShare('generic domain cases', passed - Object.keys(exceptions).length, cases.length);
  });
});

/** Folders of texts that libvirt's formatter wrote: reading and writing one changes nothing. */
const written = [
  'domain-qemu/qemuxml2xmloutdata',
  'bhyve/bhyvexml2xmloutdata',
  outdata,
  'vmx/vmx2xmldata',
  'lxc/lxcconf2xmldata',
];

describe.skipIf(skipReason !== undefined)("libvirt's own output", () => {
  it.each(written)('of %s is written back letter for letter', (folder) => {
    const files = corpusFiles(folder);
    const changed = files.filter((path) => {
      const source = corpusText(path) ?? '';
      const text = domain.format(domain.parse(source, { skipPostParse: true }), {
        secure: true,
        unknown: 'drop',
        inactive: false,
      });
      return text !== withoutComments(source);
    });
    reportShare(`${folder}, written back`, files.length - changed.length, files.length);
    expect(changed).toEqual([]);
  });
});
