/**
 * Performance marks from data to screen, read by the benchmarks. Each name keeps its newest mark only.
 *
 *   hostler:inventory-data (a snapshot), hostler:inventory-patch  -->  hostler:table-painted
 *
 * The first two carry the time at which the message came in, before it was parsed.
 */

const painted = 'hostler:table-painted';
let receivedMs = 0;
let isExpected = false;

function mark(name: string, startTime = performance.now()): void {
  performance.clearMarks(name);
  performance.mark(name, { startTime });
}

/** A message came in from the host: call before anything is done with it. */
export function noteReceived(): void {
  receivedMs = performance.now();
}

/** The message that came in last has data that will be painted. */
export function markData(name: 'hostler:inventory-data' | 'hostler:inventory-patch'): void {
  mark(name, receivedMs);
  isExpected = true;
}

/** The page was changed for the newest data: marks the moment that frame is done. Cheap when there is no news. */
export function markPaint(): void {
  if (!isExpected) return;
  isExpected = false;
  requestAnimationFrame(() => {
    // A task posted in the frame's callbacks runs once layout and paint of that frame are done.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      mark(painted);
      port1.close();
    });
    port1.start();
    port2.postMessage(null, { transfer: [] });
  });
}
