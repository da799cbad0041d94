/** The user's settings: validated by the host, written atomically. */
import type { Unlisten } from './connections.ts';

export interface Settings {
  theme: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  /** Language tag, or `system`. */
  language: string;
  /** Seconds between bulk statistics of a connection; 1 to 60. */
  statsIntervalSeconds: number;
  /** Operations that ask before they run. */
  confirm: { destroy: boolean; reset: boolean; shutdown: boolean; reboot: boolean; suspend: boolean };
  /** Columns of the guest table, in order. */
  guestColumns: string[];
  /** A host that is silent for `intervalSeconds` (0.2 to 600) is asked for a sign of life, at most `count` times (1 to 100). */
  keepAlive: { intervalSeconds: number; count: number };
  /** Connect to the connections marked autoconnect at start. */
  autoconnect: boolean;
}

export interface SettingsService {
  get(): Promise<Settings>;
  /** Merges and saves; fails with `invalid-argument` naming the key and what was allowed. */
  update(changes: Partial<Settings>): Promise<Settings>;
  onDidChange: (listener: (settings: Settings) => void) => Unlisten;
}
