/** Every kind of object but the guest, read and written, against libvirt's own expected files. */
import { basename } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as conf from '../../drivers/conf/index.ts';
import { VirError } from '../../drivers/error.ts';
import { corpusFiles, corpusText, reportShare, skipReason, withoutComments } from './corpus.ts';

interface Suite {
  kind: { parse(text: string): unknown; format(definition: never): string };
  input: string;
  output?: string;
}

const suites: Readonly<Record<string, Suite>> = {
  network: { kind: conf.network, input: 'network/networkxml2xmlin', output: 'network/networkxml2xmlout' },
  'network port': { kind: conf.networkPort, input: 'network-port/virnetworkportxml2xmldata' },
  'storage pool': {
    kind: conf.storagePool,
    input: 'storage-pool/storagepoolxml2xmlin',
    output: 'storage-pool/storagepoolxml2xmlout',
  },
  'storage volume': {
    kind: conf.storageVol,
    input: 'storage-vol/storagevolxml2xmlin',
    output: 'storage-vol/storagevolxml2xmlout',
  },
  'node device': { kind: conf.nodeDevice, input: 'node-device/nodedevschemadata' },
  nwfilter: { kind: conf.nwfilter, input: 'nwfilter/nwfilterxml2xmlin', output: 'nwfilter/nwfilterxml2xmlout' },
  secret: { kind: conf.secret, input: 'secret/secretxml2xmlin' },
  'host interface': { kind: conf.interface, input: 'interface/interfaceschemadata' },
  snapshot: {
    kind: conf.domainSnapshot,
    input: 'snapshot/qemudomainsnapshotxml2xmlin',
    output: 'snapshot/qemudomainsnapshotxml2xmlout',
  },
  checkpoint: {
    kind: conf.domainCheckpoint,
    input: 'checkpoint/qemudomaincheckpointxml2xmlin',
    output: 'checkpoint/qemudomaincheckpointxml2xmlout',
  },
  backup: { kind: conf.domainBackup, input: 'backup/domainbackupxml2xmlin', output: 'backup/domainbackupxml2xmlout' },
  'domain capabilities': { kind: conf.domainCapabilities, input: 'domain-caps/domaincapsdata' },
};

/** Inputs that libvirt refuses, with a part of our message. */
const refused: Readonly<Record<string, string>> = {
  'snapshot/disk-invalid.xml': 'startupPolicy',
  'snapshot/disk-network-seclabel-invalid.xml': 'seclabel',
  'checkpoint/disk-invalid.xml': "attribute 'name'",
  'node device/css_0_0_ffff_channel_dev_addr-invalid.xml': '0x10000',
  'network/hostdev-duplicate.xml': 'duplicate',
  'network/passthrough-duplicate.xml': 'duplicate',
};

/** libvirt's name for a network filter that it refuses; its message names the value. */
const refusedName = /^nwfilter\/.*-invalid\.xml$/;

const merged = "libvirt's test merges the definition with a made-up guest that has a disk vdextradisk";
const clock = "libvirt's test fixes the clock, and stamps name, parent and creationTime";
const unpaired = 'its expected file is in the half of the data that is not here';

/** Cases that differ from libvirt's file, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'snapshot/disk-seclabel.xml': clock,
  'snapshot/disk_driver_name_null.xml': clock,
  'checkpoint/disk-default.xml': clock,
  'checkpoint/sample.xml': clock,
  'backup/backup-pull.xml': merged,
  'backup/backup-push-encrypted.xml': merged,
  'backup/backup-push-seclabel.xml': merged,
  'backup/backup-push.xml': merged,
  'backup/empty.xml': merged,
  'storage pool/pool-netfs-gluster-without-slash.xml': unpaired,
  'storage volume/vol-file-qcow2.xml': unpaired,
  'storage volume/vol-qcow2-luks-convert.xml': unpaired,
  'storage volume/vol-qcow2-nocapacity-backing.xml': unpaired,
};

for (const [name, { kind, input, output }] of Object.entries(suites)) {
  describe.skipIf(skipReason !== undefined)(name, () => {
    const cases = corpusFiles(input);
    let passed = 0;
    afterAll(() => reportShare(name, passed, cases.length));

    it.each(cases)('%s is what libvirt makes of it', (path) => {
      const key = `${name}/${basename(path)}`;
      const source = corpusText(path) ?? '';
      const why = refusedName.test(key) ? 'Invalid value' : refused[key];
      if (why !== undefined) {
        expect(() => kind.parse(source)).toThrow(VirError);
        expect(() => kind.parse(source)).toThrow(why);
        passed++;
        return;
      }
      const expected = withoutComments(corpusText(`${output ?? input}/${basename(path)}`) ?? source);
      const text = kind.format(kind.parse(source) as never);
      if (exceptions[key] !== undefined) {
        expect(text, `listed as an exception, yet equal: ${exceptions[key]}`).not.toBe(expected);
        return;
      }
      expect(text).toBe(expected);
      passed++;
    });
  });
}

it.skipIf(skipReason !== undefined)('lists no case that does not exist', () => {
  const known = Object.entries(suites).flatMap(([name, { input }]) =>
    corpusFiles(input).map((path) => `${name}/${basename(path)}`),
  );
  expect([...Object.keys(exceptions), ...Object.keys(refused)].filter((key) => !known.includes(key))).toEqual([]);
});
