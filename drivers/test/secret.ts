/** Secrets: definitions and values, kept in memory as long as the host. */
import { randomUUID } from 'node:crypto';
import { secret as secretKind, type SecretDef } from '../conf/index.ts';
import type { DriverSlots, SecretRef } from '../driver.ts';
import {
  VIR_CONNECT_LIST_SECRETS_EPHEMERAL,
  VIR_CONNECT_LIST_SECRETS_NO_EPHEMERAL,
  VIR_CONNECT_LIST_SECRETS_NO_PRIVATE,
  VIR_CONNECT_LIST_SECRETS_PRIVATE,
  VIR_SECRET_DEFINE_VALIDATE,
  VIR_SECRET_EVENT_DEFINED,
  VIR_SECRET_EVENT_ID_LIFECYCLE,
  VIR_SECRET_EVENT_ID_VALUE_CHANGED,
  VIR_SECRET_EVENT_UNDEFINED,
  VIR_SECRET_USAGE_TYPE_CEPH,
  VIR_SECRET_USAGE_TYPE_ISCSI,
  VIR_SECRET_USAGE_TYPE_NONE,
  VIR_SECRET_USAGE_TYPE_TLS,
  VIR_SECRET_USAGE_TYPE_VOLUME,
  VIR_SECRET_USAGE_TYPE_VTPM,
} from '../enums.gen.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

export interface SecretObj {
  uuid: string;
  def: SecretDef;
  value: Uint8Array | null;
}

const usageTypes = {
  volume: VIR_SECRET_USAGE_TYPE_VOLUME,
  ceph: VIR_SECRET_USAGE_TYPE_CEPH,
  iscsi: VIR_SECRET_USAGE_TYPE_ISCSI,
  tls: VIR_SECRET_USAGE_TYPE_TLS,
  vtpm: VIR_SECRET_USAGE_TYPE_VTPM,
};
const filters: readonly FilterGroup<SecretObj>[] = [
  either(VIR_CONNECT_LIST_SECRETS_EPHEMERAL, VIR_CONNECT_LIST_SECRETS_NO_EPHEMERAL, ({ def }) => def.ephemeral),
  either(VIR_CONNECT_LIST_SECRETS_PRIVATE, VIR_CONNECT_LIST_SECRETS_NO_PRIVATE, ({ def }) => def.private),
];

function usageOf({ usage }: SecretDef): { usageType: number; usageID: string } {
  if (usage === undefined) return { usageType: VIR_SECRET_USAGE_TYPE_NONE, usageID: '' };
  const usageID = usage.type === 'volume' ? usage.volume : usage.type === 'iscsi' ? usage.target : usage.name;
  return { usageType: usageTypes[usage.type], usageID };
}

const refOf = ({ uuid, def }: SecretObj): SecretRef => ({ uuid, ...usageOf(def) });

/** Secrets. */
export function secretSlots(node: TestNode): DriverSlots {
  const all = (): SecretObj[] => [...node.secrets.values()];
  return {
    connectListAllSecrets: async ({ flags }) => {
      checkFlags(flags, flagsOf(filters), 'connectListAllSecrets');
      return all()
        .filter((secret) => passes(secret, flags, filters))
        .map(refOf);
    },
    connectNumOfSecrets: async () => node.secrets.size,
    connectListSecrets: async ({ maxuuids }) =>
      all()
        .slice(0, maxuuids)
        .map(({ uuid }) => uuid),
    secretLookupByUuid: async ({ uuid }) => refOf(secretOf(node, uuid)),
    secretLookupByUsage: async ({ usageType, usageID }) => {
      const found = all().find(({ def }) => usageOf(def).usageType === usageType && usageOf(def).usageID === usageID);
      if (found) return refOf(found);
      throw testError('VIR_ERR_NO_SECRET', `no secret with matching usage '${usageID}'`);
    },
    secretDefineXml: async ({ xml, flags }) => {
      checkFlags(flags, VIR_SECRET_DEFINE_VALIDATE, 'secretDefineXML');
      const secret = defineSecret(node, xml);
      emit(node, secret, VIR_SECRET_EVENT_DEFINED);
      return refOf(secret);
    },
    secretUndefine: async ({ secret: ref }) => {
      const secret = secretOf(node, ref.uuid);
      node.secrets.delete(secret.uuid);
      emit(node, secret, VIR_SECRET_EVENT_UNDEFINED);
    },
    ...valueSlots(node),
  };
}

function valueSlots(node: TestNode): DriverSlots {
  return {
    secretGetXmlDesc: async ({ secret, flags }) => {
      checkFlags(flags, 0, 'secretGetXMLDesc');
      return secretKind.format(secretOf(node, secret.uuid).def);
    },
    secretSetValue: async ({ secret: ref, value, flags }) => {
      checkFlags(flags, 0, 'secretSetValue');
      const secret = secretOf(node, ref.uuid);
      secret.value = value.slice();
      node.events.emit({
        family: 'secret',
        eventId: VIR_SECRET_EVENT_ID_VALUE_CHANGED,
        payload: { secret: refOf(secret) },
      });
    },
    secretGetValue: async ({ secret: ref, flags }) => {
      checkFlags(flags, 0, 'secretGetValue');
      const secret = secretOf(node, ref.uuid);
      if (secret.def.private) throw testError('VIR_ERR_INVALID_SECRET', 'secret is private');
      if (secret.value) return secret.value.slice();
      throw testError('VIR_ERR_NO_SECRET', `secret '${secret.uuid}' does not have a value`);
    },
  };
}

function secretOf(node: TestNode, uuid: string): SecretObj {
  const found = node.secrets.get(uuid);
  if (found) return found;
  throw testError('VIR_ERR_NO_SECRET', `no secret with matching uuid '${uuid}'`);
}

/** Defines a secret, or changes what is told of one; its value stays. */
export function defineSecret(node: TestNode, input: XmlInput): SecretObj {
  const parsed = parseInput(secretKind, input);
  const uuid = parsed.uuid ?? randomUUID();
  const def = { ...parsed, uuid };
  const { usageType, usageID } = usageOf(def);
  for (const other of node.secrets.values()) {
    const used = usageOf(other.def);
    const isSameUse =
      used.usageType === usageType && used.usageID === usageID && usageType !== VIR_SECRET_USAGE_TYPE_NONE;
    if (
      (other.uuid === uuid) !== isSameUse &&
      (other.uuid === uuid ? !isSameUse && used.usageID !== usageID : isSameUse)
    ) {
      throw testError(
        'VIR_ERR_INTERNAL_ERROR',
        `a secret with UUID ${other.uuid} is already defined for use with ${used.usageID}`,
      );
    }
  }
  const known = node.secrets.get(uuid);
  if (known?.def.private && !def.private) {
    throw testError('VIR_ERR_OPERATION_DENIED', 'cannot change private flag on existing secret');
  }
  const secret = { uuid, def, value: known?.value ?? null };
  node.secrets.set(uuid, secret);
  return secret;
}

function emit(node: TestNode, secret: SecretObj, event: number): void {
  node.events.emit({
    family: 'secret',
    eventId: VIR_SECRET_EVENT_ID_LIFECYCLE,
    payload: { secret: refOf(secret), event, detail: 0 },
  });
}
