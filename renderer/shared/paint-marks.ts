/**
 * Performance marks from data to screen, read by the benchmarks. Each name keeps its newest mark only.
 *
 *   hostler:inventory-data (a snapshot), hostler:inventory-patch  -->  hostler:table-painted
 */

const painted = 'hostler:table-painted';
let isExpected = false;

function mark(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Data came in that will be painted. */
export function markData(name: 'hostler:inventory-data' | 'hostler:inventory-patch'): void {
  mark(name);
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
