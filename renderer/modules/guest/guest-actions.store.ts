/**
 * Runs actions on guests: asks first where that is due, says what failed, and shows *asked* until the host's event.
 *
 *   run --> (refused for some) --> confirmation --> perform, a few at a time --> host's events change the rows
 */
import { defineStore } from 'pinia';
import { shallowReactive, shallowRef } from 'vue';
import type { DomainOperation, GuestRow } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';
import { useNotices } from '../../shared/notices.ts';
import { actionLabelKey, actionOf } from './actions.ts';
import { refusalFor, type Refusal } from './refusal.ts';
import { t } from '../../i18n/index.ts';

/** What a confirmation is about: what will be done, and to whom it will not be done. */
export interface ActionRequest {
  operation: DomainOperation;
  targets: readonly GuestRow[];
  skipped: readonly { guest: GuestRow; refusal: Refusal }[];
}

const atOnce = 8;
/** By then the end of the job that the operation was has come, whether before its answer or after it. */
const jobGraceMs = 2000;

export const useGuestActions = defineStore('guest-actions', () => {
  const services = useServices();
  const { inventory, connections, settings } = useHostState();
  const notices = useNotices();
  /** The confirmation that is open. */
  const request = shallowRef<ActionRequest | null>(null);
  /** Asked of the host, not yet accepted. */
  const asked = shallowReactive(new Map<string, DomainOperation>());

  /** What was asked here of late; its failure is told as the answer. */
  const own = new Set<string>();

  /** Whether a job is an operation of this window, so that nobody else needs to tell how it failed. */
  function isOwn(key: string, operation: string): boolean {
    return own.has(`${operation} ${key}`);
  }

  function refusal(guest: GuestRow, operation: DomainOperation): Refusal | null {
    if (asked.has(guest.key)) return 'pending';
    return refusalFor(guest, operation, connections.byId(guest.connectionId));
  }

  function plan(operation: DomainOperation, keys: Iterable<string>): ActionRequest {
    const targets: GuestRow[] = [];
    const skipped: { guest: GuestRow; refusal: Refusal }[] = [];
    for (const key of keys) {
      const guest = inventory.guest(key);
      if (guest === undefined) continue;
      const reason = refusal(guest, operation);
      if (reason === null) targets.push(guest);
      else skipped.push({ guest, refusal: reason });
    }
    return { operation, targets, skipped };
  }

  function mustAsk({ operation, targets, skipped }: ActionRequest): boolean {
    if (targets.length + skipped.length > 1) return true;
    const { confirm } = actionOf(operation);
    if (confirm === 'never') return false;
    return confirm === 'always' || confirm === 'type-name' || settings.current.value.confirm[confirm];
  }

  /** Does it, or opens the confirmation that does it. */
  async function run(operation: DomainOperation, keys: Iterable<string>): Promise<void> {
    const wanted = plan(operation, keys);
    if (wanted.targets.length === 0 && wanted.skipped.length <= 1) return tellRefusal(wanted);
    if (mustAsk(wanted)) request.value = wanted;
    else await performAll(wanted);
  }

  function tellRefusal({ operation, skipped }: ActionRequest): void {
    const first = skipped[0];
    if (first === undefined) return;
    const name = t(actionLabelKey(operation, first.guest));
    notices.info(t('action.refused', { action: name, guest: first.guest.name }), t(`refusal.${first.refusal}`));
  }

  async function performAll({ operation, targets }: ActionRequest): Promise<void> {
    const queue = [...targets];
    const worker = async (): Promise<void> => {
      for (let guest = queue.shift(); guest !== undefined; guest = queue.shift()) await performOne(operation, guest);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
  }

  async function performOne(operation: DomainOperation, guest: GuestRow): Promise<void> {
    const mark = `${operation} ${guest.key}`;
    asked.set(guest.key, operation);
    own.add(mark);
    try {
      await services.domains.perform(guest.key, operation);
    } catch (thrown) {
      if (!isCancelled(thrown)) tellFailure(operation, guest, thrown);
    } finally {
      asked.delete(guest.key);
      setTimeout(() => own.delete(mark), jobGraceMs);
    }
  }

  function tellFailure(operation: DomainOperation, guest: GuestRow, thrown: unknown): void {
    const title = t('action.failed', { action: t(actionLabelKey(operation, guest)), guest: guest.name });
    notices.failure(title, toContractError(thrown));
  }

  /** Closes the confirmation and does what it was about; null only closes it. */
  async function answer(confirmed: ActionRequest | null): Promise<void> {
    request.value = null;
    if (confirmed !== null) await performAll(confirmed);
  }

  return { request, asked, isOwn, refusal, run, answer };
});
