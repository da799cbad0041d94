/** Which rows of a long list are on the screen, where all rows are equally high. Pure arithmetic, in pixels. */

export interface RowWindow {
  rowPx: number;
  count: number;
  /** Height of the part that shows rows, without a header. */
  viewPx: number;
  scrollTop: number;
}

/** Rows kept above and below the view, so that scrolling finds them drawn. */
const overscan = 6;

/** Where the list can be scrolled to at most. */
function maximumTop({ rowPx, count, viewPx }: RowWindow): number {
  return Math.max(0, count * rowPx - viewPx);
}

/** The rows to draw, `end` excluded. A place beyond the end, as after rows went, is taken for the end. */
export function rowsInView(window: RowWindow): { start: number; end: number } {
  const { rowPx, count, viewPx } = window;
  const top = Math.min(Math.max(0, window.scrollTop), maximumTop(window));
  return {
    start: Math.max(0, Math.floor(top / rowPx) - overscan),
    end: Math.min(count, Math.ceil((top + viewPx) / rowPx) + overscan),
  };
}

/** How far to scroll for a row to be wholly in view: not at all where it is. */
export function scrollTopFor(index: number, window: RowWindow): number {
  const { rowPx, viewPx, scrollTop } = window;
  const top = index * rowPx;
  const wanted = Math.min(Math.max(scrollTop, top + rowPx - viewPx), top);
  return Math.min(Math.max(0, wanted), maximumTop(window));
}
