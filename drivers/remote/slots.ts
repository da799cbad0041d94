/** The remote driver's slots: every procedure of the protocol table as a call over the connection. */
import type { CallOptions, DriverSlots } from '../driver.ts';
import { VIR_TYPED_PARAM_STRING_OKAY } from '../enums.gen.ts';
import type { RpcClient } from '../rpc/client.ts';
import { slotCalls } from '../rpc/generated/slot-calls.gen.ts';
import type { AnySlotCall } from '../rpc/slot-call.ts';
import { feature, type ServerFeatures } from './features.ts';

/* The generated table pairs each slot's types with its codec; in here values only pass through. */
type SlotArguments = Record<string, unknown> & { flags?: number };
type Slot = (args: SlotArguments, options?: CallOptions) => Promise<unknown>;

/**
 * Slots for all procedures but those that pass file descriptors: Node.js cannot send or receive them, so they stay
 * empty and are reported as unsupported.
 */
export function remoteSlots(client: RpcClient, features: ServerFeatures): DriverSlots {
  const slots: Record<string, Slot> = {};
  for (const [name, call] of Object.entries(slotCalls)) {
    if (call.procedure.fds === null) slots[name] = slotFor(client, features, call);
  }
  return slots as DriverSlots;
}

function slotFor(client: RpcClient, features: ServerFeatures, call: AnySlotCall): Slot {
  const plain = plainSlot(client, call);
  if (!call.stringParams) return plain;
  return async (args, options) => {
    if (!(await features.has(feature.typedParamString, options))) return plain(args, options);
    return plain({ ...args, flags: (args.flags ?? 0) | VIR_TYPED_PARAM_STRING_OKAY }, options);
  };
}

function plainSlot(client: RpcClient, call: AnySlotCall): Slot {
  const { procedure, argsToWire, resultFromWire, counted } = call;
  if (procedure.stream !== null) return (args, options) => openStream(client, call, args, options);
  if (counted !== null) return (args, options) => callCounted(client, call, counted, args, options);
  return (args, options) => client.callAndConvert(procedure, argsToWire(args), options, resultFromWire);
}

async function openStream(
  client: RpcClient,
  call: AnySlotCall,
  args: SlotArguments,
  options?: CallOptions,
): Promise<unknown> {
  const { ret, stream } = await client.openStream(call.procedure, call.argsToWire(args), options);
  return ret === undefined ? stream : { ...call.resultFromWire(ret), stream };
}

/** First how many there are, then so many of them, as libvirt's callers do. */
async function callCounted(
  client: RpcClient,
  { procedure, argsToWire, resultFromWire }: AnySlotCall,
  { max, asksFirst }: { max: number; asksFirst: boolean },
  args: SlotArguments,
  options?: CallOptions,
): Promise<unknown> {
  const wireArgs = argsToWire(args) as object;
  if (!asksFirst) return client.callAndConvert(procedure, { ...wireArgs, nparams: max }, options, resultFromWire);
  const first = (await client.call(procedure, wireArgs, options)) as { params: unknown[]; nparams: number };
  // Some servers answer at once.
  if (first.params.length > 0 || first.nparams === 0) return resultFromWire(first);
  const nparams = Math.min(first.nparams, max);
  return client.callAndConvert(procedure, { ...wireArgs, nparams }, options, resultFromWire);
}
