/** A device of the test host, and which of libvirt's capability words it goes under. */
import { nodeDevice as deviceKind, type NodeDeviceDef } from '../conf/index.ts';
import type { NodeDeviceRef } from '../driver.ts';
import { testError } from './errors.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

export class NodeDeviceObj {
  readonly name: string;
  def: NodeDeviceDef;
  isActive = true;
  isPersistent = false;
  isAutostart = false;
  /** Taken from its host driver, for a guest. */
  isDetached = false;

  constructor(def: NodeDeviceDef, name: string) {
    this.name = name;
    this.def = { ...def, name };
  }

  get ref(): NodeDeviceRef {
    return { name: this.name };
  }

  get parentName(): string | null {
    return this.def.parent?.name ?? null;
  }

  /** The kinds of its capabilities, in libvirt's words. */
  get kinds(): string[] {
    return this.def.capabilities.map(({ kind }) => kind);
  }

  /** The kinds with those that a capability has within: `fc_host`, `vports`, `mdev_types`. */
  get allKinds(): string[] {
    return this.def.capabilities.flatMap((capability) => {
      const inner = 'capabilities' in capability ? (capability.capabilities as { type?: string }[]) : [];
      return [capability.kind, ...inner.map(({ type }) => (type === 'vport_ops' ? 'vports' : (type ?? '')))];
    });
  }

  /** World wide names of a fibre channel host; null for every other device. */
  get wwns(): { wwnn: string; wwpn: string } | null {
    for (const capability of this.def.capabilities) {
      if (capability.kind !== 'scsi_host') continue;
      for (const inner of capability.capabilities) {
        if (inner.type === 'fc_host' && inner.wwnn !== undefined && inner.wwpn !== undefined)
          return { wwnn: inner.wwnn, wwpn: inner.wwpn };
      }
    }
    return null;
  }

  format(): string {
    return deviceKind.format(this.def);
  }
}

/** A device's definition out of XML. */
export function parseDevice(input: XmlInput): NodeDeviceDef {
  const def = parseInput(deviceKind, input);
  if (def.capabilities.length > 0) return def;
  throw testError('VIR_ERR_XML_ERROR', `no device capabilities for '${def.name ?? 'new device'}'`);
}
