/** The consoles of the guest that is looked at: which there are, which is chosen, and its session, kept in step with the guest. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { ConsoleInfo, ContractError, GuestRow } from '../../../main/contract/index.ts';
import { openConsoleChannel } from '../../shared/channel/open-console-channel.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';
import { ConsoleSession, type SessionState } from './console-session.ts';
import { consoleViewOf, defaultConsole, isGuestActive, type ConsoleView } from './console-view.ts';

export interface GuestConsole {
  guest: ComputedRef<GuestRow | undefined>;
  consoles: ShallowRef<readonly ConsoleInfo[] | undefined>;
  selected: ComputedRef<ConsoleInfo | undefined>;
  /** The user's choice; null leaves it to the guest. */
  choice: Ref<string | null>;
  session: ConsoleSession;
  state: ShallowRef<SessionState>;
  view: ComputedRef<ConsoleView>;
  /** Opens the chosen console again; with `force`, another user's session is ended. */
  connect(options?: { force: boolean }): void;
  /** Reads again which consoles there are. */
  reload(): Promise<void>;
}

export function useGuestConsole(key: Ref<string>): GuestConsole {
  const { domains, consoles: service } = useServices();
  const { inventory } = useHostState();
  const guest = computed(() => inventory.guest(key.value));
  const isActive = computed(() => isGuestActive(guest.value));
  const consoles = shallowRef<readonly ConsoleInfo[]>();
  const detailsError = shallowRef<ContractError | null>(null);
  const choice = ref<string | null>(null);
  const selected = computed(
    () => consoles.value?.find((info) => info.id === choice.value) ?? defaultConsole(consoles.value ?? []),
  );
  const session = new ConsoleSession({ consoles: service, openChannel: openConsoleChannel });
  let reading = new AbortController();

  async function reload(): Promise<void> {
    reading.abort();
    const { signal } = (reading = new AbortController());
    try {
      const details = await domains.details(key.value, signal);
      if (signal.aborted) return;
      consoles.value = details.consoles;
      detailsError.value = null;
    } catch (thrown) {
      if (!signal.aborted && !isCancelled(thrown)) detailsError.value = toContractError(thrown);
    }
  }

  function connect(options = { force: false }): void {
    if (selected.value !== undefined) void session.open(key.value, selected.value, options);
  }

  watch(
    key,
    (now, _before, onCleanup) => {
      consoles.value = undefined;
      choice.value = null;
      onCleanup(domains.onDidChangeDetails(() => void reload(), now));
    },
    { immediate: true },
  );
  // The consoles of a guest that just started are others than those of its configuration (ports, PTYs).
  watch([key, isActive], () => void reload(), { immediate: true });
  watch(
    () => (isActive.value && selected.value?.usable === true ? `${key.value} ${selected.value.id}` : null),
    (target) => (target === null ? session.close() : connect()),
    { immediate: true },
  );
  onScopeDispose(() => {
    reading.abort();
    session.dispose();
  });

  const view = computed(() =>
    consoleViewOf({
      guest: guest.value,
      consoles: consoles.value,
      detailsError: detailsError.value,
      selected: selected.value,
      session: session.state.value,
    }),
  );
  return { guest, consoles, selected, choice, session, state: session.state, view, connect, reload };
}
