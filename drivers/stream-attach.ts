/** Opens a stream by the call of a driver that has one as its result. */
import type { ConnectionCore, SlotArgs, SlotName, SlotResult } from './core.ts';
import type { CallOptions, DriverStream } from './driver.ts';
import { apiName } from './core.ts';
import type { Stream } from './stream.ts';

/** The slots whose whole result is a stream. */
type StreamSlot = { [S in SlotName]: SlotResult<S> extends DriverStream ? S : never }[SlotName];

/** Calls the slot and connects its stream to `stream`. Fails where `stream` was opened before. */
export async function attachStream<S extends StreamSlot>(
  core: ConnectionCore,
  stream: Stream,
  slot: S,
  args: SlotArgs<S>,
  options?: CallOptions,
): Promise<void> {
  await stream.attach(core, apiName(slot), async () => (await core.call(slot, args, options)) as DriverStream);
}
