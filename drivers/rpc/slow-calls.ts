/**
 * Leaves a server room to hear of us. libvirtd reads nothing while five calls of a client are under way
 * (max_client_requests), PINGs neither: five that take half a minute are a dead link to both sides. So of the calls that
 * may take minutes so many are sent that there is room for another one; the rest wait here, and quick calls pass them.
 *
 *   enter --room--> under way --leave--> room for the next
 *     '--none--> waits --its turn--> under way
 */
import type { CallOptions } from '../driver.ts';
import { waitFor } from './wait-for.ts';

/** One less than libvirtd works on for a client. */
const UNDER_WAY_MAX = 4;

/**
 * What moves a guest's memory or a volume's content, or waits for a guest's agent. Not what ends or undoes something: that
 * must not wait behind what it ends.
 */
export const slowProcedures: ReadonlySet<string> = new Set([
  'domain_agent_command',
  'domain_core_dump',
  'domain_core_dump_with_format',
  'domain_create',
  'domain_create_with_flags',
  'domain_create_xml',
  'domain_fstrim',
  'domain_managed_save',
  'domain_migrate_perform',
  'domain_migrate_perform3',
  'domain_migrate_perform3_params',
  'domain_restore',
  'domain_restore_flags',
  'domain_restore_params',
  'domain_revert_to_snapshot',
  'domain_save',
  'domain_save_flags',
  'domain_save_params',
  'domain_snapshot_create_xml',
  'domain_snapshot_delete',
  'storage_pool_build',
  'storage_pool_create',
  'storage_pool_create_xml',
  'storage_pool_delete',
  'storage_pool_refresh',
  'storage_vol_create_xml',
  'storage_vol_create_xml_from',
  'storage_vol_delete',
  'storage_vol_resize',
  'storage_vol_wipe',
  'storage_vol_wipe_pattern',
]);

export class SlowCalls {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether there is room now; then one more is under way. */
  tryEnter(): boolean {
    if (this.#underWay >= UNDER_WAY_MAX) return false;
    this.#underWay += 1;
    return true;
  }

  /** Settles when one more is under way, in the order of the calls; rejects as `waitFor`, with nothing done. */
  async enter(what: string, options: CallOptions | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await waitFor(promise, what, options);
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      if (at === -1) this.leave();
      else this.#waiting.splice(at, 1);
      throw error;
    }
  }

  /** One that was under way has its answer. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#underWay -= 1;
    else next();
  }
}
