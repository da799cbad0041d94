/** Whether a guest has USB at all. */
import type { DomainDef } from '../schema.ts';

/** A controller of the model `none` switches it off. */
export const usbIsOff = (def: DomainDef): boolean =>
  (def.devices?.controllers ?? []).some(({ type, model }) => type === 'usb' && model === 'none');
/** A controller of any other model provides it. */
export const hasUsb = (def: DomainDef): boolean =>
  (def.devices?.controllers ?? []).some(({ type, model }) => type === 'usb' && model !== 'none');
