/** When this machine's network is back, lost hosts are tried at once in place of at the end of their wait. */
import { useEventListener } from '@vueuse/core';
import { useServices } from '../../shared/link/index.ts';

export function useNetworkReturn(): void {
  const { connections } = useServices();
  // Where the host program itself is gone, there is nothing to try again.
  useEventListener(window, 'online', () => void connections.retryWaiting().catch(() => {}));
}
