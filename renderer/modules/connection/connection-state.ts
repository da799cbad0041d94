/** How the state of a connection is shown. */
import type { ConnectionState, ConnectionStatus, Question } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { formatAgo, formatDuration } from '../../shared/format/times.ts';

export type ConnectionShape = 'connected' | 'connecting' | 'lost' | 'failed' | 'needs' | 'disconnected';

export function connectionShape(state: ConnectionState): ConnectionShape {
  switch (state.kind) {
    case 'connected':
      return 'connected';
    case 'connecting':
      // What is shown is as old as before: only whether it comes back is being tried.
      return state.lostAtMs === undefined ? 'connecting' : 'lost';
    case 'waiting':
      return 'lost';
    case 'disconnected':
      if (state.needs !== undefined) return 'needs';
      return state.error === undefined ? 'disconnected' : 'failed';
  }
}

/**
 * The line below a host's name; empty where all is well. `lostAtMs` is what the shown data's age counts from; `question`
 * is what its log-in waits for.
 */
export function connectionLine(state: ConnectionState, nowMs: number, question?: Question): string {
  switch (state.kind) {
    case 'connected':
      return state.readonly ? t('connection.readonly') : '';
    case 'connecting':
      if (question !== undefined) return t(question.kind === 'touch' ? 'connection.touch' : 'connection.asking');
      if (state.lostAtMs === undefined) return t('connection.connecting');
      return t('connection.lostConnecting', { ago: formatAgo(state.lostAtMs, nowMs) });
    case 'waiting':
      return t('connection.lost', { ago: formatAgo(state.lostAtMs, nowMs) });
    case 'disconnected':
      if (state.needs !== undefined) return t(`connection.needs.${state.needs}`);
      return state.error === undefined ? t('connection.disconnected') : t('connection.failed');
  }
}

/** When the host tries again: `0:08`, or empty. */
export function retryIn(state: ConnectionState, nowMs: number): string {
  return state.kind === 'waiting' && state.retryAtMs > nowMs ? formatDuration(state.retryAtMs - nowMs + 999) : '';
}

/** Whether the host was refused because it showed another key than before. */
export function hasChangedKey(status: ConnectionStatus | undefined): boolean {
  return status?.state.kind === 'disconnected' && status.state.changedKey !== undefined;
}
