/** What can be done to a host, declared once for tree menu, status bar and palette. */
import type { DropdownMenuItem } from '@nuxt/ui/components/DropdownMenu.vue';
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { copyText } from '../../shared/copy-text.ts';
import { useFrameStore } from '../../shared/frame.store.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';
import { useNotices } from '../../shared/notices.ts';
import { connectionName } from '../../shared/state/connections.ts';
import { useHostState } from '../../shared/state/index.ts';
import { hasChangedKey } from './connection-state.ts';

export interface ConnectionActions {
  connect(status: ConnectionStatus): Promise<void>;
  /** Where only looking works. Changes the entry. */
  connectReadonly(status: ConnectionStatus): Promise<void>;
  disconnect(status: ConnectionStatus): Promise<void>;
  setAutoconnect(status: ConnectionStatus, autoconnect: boolean): Promise<void>;
  menu(status: ConnectionStatus): DropdownMenuItem[][];
}

/** To be called in a component's set-up. */
export function useConnectionActions(): ConnectionActions {
  const { connections } = useServices();
  const notices = useNotices();
  const frame = useFrameStore();
  const { connections: state } = useHostState();

  async function attempt(titleKey: string, status: ConnectionStatus, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!isCancelled(thrown)) notices.failure(t(titleKey, { host: connectionName(status) }), toContractError(thrown));
    }
  }

  async function connect(status: ConnectionStatus): Promise<void> {
    const { id } = status.connection;
    try {
      await connections.connect(id);
    } catch (thrown) {
      if (isCancelled(thrown)) return;
      if (hasChangedKey(state.byId(id))) frame.dialog = { kind: 'changed-key', connectionId: id };
      else notices.failure(t('connection.connectFailed', { host: connectionName(status) }), toContractError(thrown));
    }
  }
  async function connectReadonly(status: ConnectionStatus): Promise<void> {
    await attempt('connection.saveFailed', status, () => connections.update(status.connection.id, { readonly: true }));
    await connect(status);
  }
  const disconnect = (status: ConnectionStatus): Promise<void> =>
    attempt('connection.disconnectFailed', status, () => connections.disconnect(status.connection.id));
  const setAutoconnect = (status: ConnectionStatus, autoconnect: boolean): Promise<void> =>
    attempt('connection.saveFailed', status, () => connections.update(status.connection.id, { autoconnect }));

  function menu(status: ConnectionStatus): DropdownMenuItem[][] {
    const { connection, state } = status;
    const isOff = state.kind === 'disconnected';
    return [
      [
        isOff
          ? { label: t('connection.connect'), icon: 'i-lucide-plug', onSelect: () => void connect(status) }
          : { label: t('connection.disconnect'), icon: 'i-lucide-unplug', onSelect: () => void disconnect(status) },
        ...(state.kind === 'waiting'
          ? [{ label: t('connection.retryNow'), icon: 'i-lucide-refresh-cw', onSelect: () => void connect(status) }]
          : []),
      ],
      [
        {
          label: t('connection.autoconnect'),
          type: 'checkbox' as const,
          checked: connection.autoconnect,
          onUpdateChecked: (checked: boolean) => void setAutoconnect(status, checked),
        },
        {
          label: t('connection.edit'),
          icon: 'i-lucide-pencil',
          onSelect: () => (frame.dialog = { kind: 'edit-connection', connectionId: connection.id }),
        },
        { label: t('connection.copyUri'), icon: 'i-lucide-copy', onSelect: () => void copyText(connection.uri) },
      ],
      [
        {
          label: t('connection.remove'),
          icon: 'i-lucide-trash-2',
          color: 'error' as const,
          onSelect: () => (frame.dialog = { kind: 'remove-connection', connectionId: connection.id }),
        },
      ],
    ];
  }

  return { connect, connectReadonly, disconnect, setAutoconnect, menu };
}
