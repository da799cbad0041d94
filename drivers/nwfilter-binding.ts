/** NWFilterBinding: a network filter in force on one network port. */
import type { CallOptions, NWFilterBindingRef } from './driver.ts';
import { Handle } from './handle.ts';

export class NWFilterBinding extends Handle<NWFilterBindingRef> {
  /** Host-side device of the port. (virNWFilterBindingGetPortDev) */
  getPortDev(): string {
    return this.ref.portdev;
  }

  /** Name of the filter. (virNWFilterBindingGetFilterName) */
  getFilterName(): string {
    return this.ref.filtername;
  }

  /** The description in XML. `flags`: 0. (virNWFilterBindingGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('nwfilterBindingGetXmlDesc', { nwfilter: this.ref, flags }, options);
  }

  /** Takes the filter off the port. (virNWFilterBindingDelete) */
  delete(options?: CallOptions): Promise<void> {
    return this.call('nwfilterBindingDelete', { nwfilter: this.ref }, options);
  }
}
