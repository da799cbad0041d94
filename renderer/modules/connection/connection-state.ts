/** How the state of a connection is shown. */
import type { ConnectionState } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { formatAgo, formatDuration } from '../../shared/format/times.ts';

export type ConnectionShape = 'connected' | 'connecting' | 'lost' | 'failed' | 'disconnected';

export function connectionShape(state: ConnectionState): ConnectionShape {
  switch (state.kind) {
    case 'connected':
      return 'connected';
    case 'connecting':
      return 'connecting';
    case 'waiting':
      return 'lost';
    case 'disconnected':
      return state.error === undefined ? 'disconnected' : 'failed';
  }
}

/** The line below a host's name; empty where all is well. `lostAtMs` is what the shown data's age counts from. */
export function connectionLine(state: ConnectionState, nowMs: number): string {
  switch (state.kind) {
    case 'connected':
      return state.readonly ? t('connection.readonly') : '';
    case 'connecting':
      return t('connection.connecting');
    case 'waiting':
      return t('connection.lost', { ago: formatAgo(state.lostAtMs, nowMs) });
    case 'disconnected':
      return state.error === undefined ? t('connection.disconnected') : t('connection.failed');
  }
}

/** When the host tries again: `0:08`, or empty. */
export function retryIn(state: ConnectionState, nowMs: number): string {
  return state.kind === 'waiting' && state.retryAtMs > nowMs ? formatDuration(state.retryAtMs - nowMs + 999) : '';
}
