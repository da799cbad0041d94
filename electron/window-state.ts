/** Where a window was, kept between runs and fitted to the displays there are now. Pure: files and screens come from the caller. */

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  /** Place while neither maximised nor full screen, in device-independent pixels. */
  bounds: Rectangle;
  isMaximized: boolean;
  isFullScreen: boolean;
}

export const minimumWidth = 720;
export const minimumHeight = 480;
const defaultWidth = 1280;
const defaultHeight = 820;
/** Of the title bar, so much has to stay reachable on some display. */
const grip = { width: 120, height: 40 };

/** A saved state, read from JSON; null where it holds something else, which is then simply not used. */
export function windowStateOf(json: unknown): WindowState | null {
  if (!isRecord(json) || !isRecord(json.bounds)) return null;
  const { x, y, width, height } = json.bounds;
  const isSane = [x, y, width, height].every((n) => Number.isInteger(n) && Math.abs(n as number) <= 100_000);
  if (!isSane || (width as number) <= 0 || (height as number) <= 0) return null;
  return {
    bounds: { x, y, width, height } as Rectangle,
    isMaximized: json.isMaximized === true,
    isFullScreen: json.isFullScreen === true,
  };
}

/**
 * The place for a window to open at.
 * @param saved state of the last run, or null on the first one
 * @param workAreas usable areas of the displays, the main one first; never empty
 */
export function fitToDisplays(saved: WindowState | null, workAreas: readonly [Rectangle, ...Rectangle[]]): WindowState {
  if (saved === null)
    return { bounds: centred(workAreas[0], defaultWidth, defaultHeight), isMaximized: false, isFullScreen: false };
  const area = workAreas.find((candidate) => holdsGrip(candidate, saved.bounds));
  const bounds =
    area === undefined ? centred(workAreas[0], saved.bounds.width, saved.bounds.height) : shrunk(saved.bounds, area);
  return { ...saved, bounds };
}

function holdsGrip(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const shown = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return shown >= Math.min(grip.width, width) && y >= area.y && y + grip.height <= area.y + area.height;
}

function shrunk(bounds: Rectangle, area: Rectangle): Rectangle {
  return { ...bounds, width: clampedWidth(bounds.width, area), height: clampedHeight(bounds.height, area) };
}

function centred(area: Rectangle, wantedWidth: number, wantedHeight: number): Rectangle {
  const width = clampedWidth(wantedWidth, area);
  const height = clampedHeight(wantedHeight, area);
  const x = area.x + Math.round((area.width - width) / 2);
  const y = area.y + Math.round((area.height - height) / 2);
  return { x, y, width, height };
}

function clampedWidth(width: number, area: Rectangle): number {
  return Math.min(Math.max(width, minimumWidth), Math.max(area.width, minimumWidth));
}

function clampedHeight(height: number, area: Rectangle): number {
  return Math.min(Math.max(height, minimumHeight), Math.max(area.height, minimumHeight));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
