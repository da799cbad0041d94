/** Confidential guests, key wrapping, resource partitions. */
import { attr, child, element, hex, int, leaf, many, oneOf, onOff, string, variant, yesNo } from '../schema/index.ts';

const sevCommon = {
  kernelHashes: attr(yesNo(), 'Whether kernel and command line are measured'),
  cbitpos: leaf(int(), 'Bit that marks encrypted pages'),
  reducedPhysBits: leaf(int(), 'Address bits lost'),
};

export const launchSecurity = element('launchSecurity', 'A confidential guest', [
  { type: attr(oneOf('sev', 'sev-snp', 's390-pv', 'tdx'), 'Technique', { required: true }) },
  variant('type', {
    sev: {
      ...sevCommon,
      policy: leaf(hex(4), 'Policy', { required: true }),
      handle: leaf(int(), 'Handle of the firmware'),
      dhCert: leaf(string(), "The owner's key"),
      session: leaf(string(), "The owner's session"),
    },
    'sev-snp': {
      ...sevCommon,
      authorKey: attr(yesNo(), 'Whether there is an author key'),
      vcek: attr(yesNo(), 'Whether the chip key signs'),
      policy: leaf(string(), 'Policy', { required: true }),
      guestVisibleWorkarounds: leaf(string(), 'Workarounds the guest sees'),
      idBlock: leaf(string(), 'Identity block'),
      idAuth: leaf(string(), 'Identity authentication'),
      hostData: leaf(string(), 'Data of the host'),
    },
    's390-pv': {},
    tdx: {
      policy: leaf(string(), 'Policy'),
      mrConfigId: leaf(string(), 'Identifier of the configuration'),
      mrOwner: leaf(string(), 'Identifier of the owner'),
      mrOwnerConfig: leaf(string(), "Identifier of the owner's configuration"),
      quoteGenerationService: child(
        element('quoteGenerationService', 'Who signs', { path: attr(string(), 'Socket') }, { keepEmpty: true }),
      ),
    },
  }),
]);

const cipher = element('cipher', 'A cipher', {
  name: attr(oneOf('aes', 'dea'), 'Cipher', { required: true }),
  state: attr(onOff(), 'Whether on', { required: true }),
});

export const keywrap = element('keywrap', 'Key wrapping (s390)', { ciphers: many(cipher) });

export const iommufd = element('iommufd', 'Devices of the host through iommufd', {
  enabled: attr(yesNo(), 'Whether used', { required: true }),
  fdgroup: attr(string(), 'Group of descriptors handed in'),
});

export const resource = element('resource', "The guest's place among the host's resources", {
  partition: leaf(string(), 'Control group'),
  fibrechannel: child(
    element('fibrechannel', 'Fibre Channel', { appid: attr(string(), 'Application identifier', { required: true }) }),
  ),
});
