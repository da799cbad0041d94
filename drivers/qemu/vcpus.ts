/** Which states of processors QEMU can start with. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';

export function checkVcpus(def: DomainDef, context: ParseContext): void {
  const states = def.vcpus?.vcpus;
  const [first] = states ?? [];
  if (states === undefined || first === undefined) return;
  const refuse = (message: string, subject: object): never =>
    context.refuse(message, subject, 'VIR_ERR_CONFIG_UNSUPPORTED');
  if (!first.enabled) refuse("vcpu 0 can't be offline", first);
  if (first.hotpluggable === true) refuse("vcpu0 can't be hotpluggable", first);
  if ((first.order ?? 1) !== 1) refuse('vcpu0 must be enabled first', first);
  let previous = first;
  for (const state of states.slice(1)) {
    if (state.enabled && (state.order === undefined) !== (first.order === undefined))
      refuse('all vcpus must have either set or unset order', state);
    if (state.hotpluggable === false) {
      if (previous.hotpluggable === true)
        refuse('online non-hotpluggable vcpus need to be ordered prior to hotpluggable vcpus', state);
      if ((previous.order ?? 0) > (state.order ?? 0))
        refuse('online non-hotpluggable vcpus must be ordered in ascending order', state);
    }
    previous = state;
  }
}
