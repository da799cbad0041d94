import { describe, expect, it } from 'vitest';
import { fitToDisplays, windowStateOf, type Rectangle, type WindowState } from './window-state.ts';

const laptop: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const desk: Rectangle = { x: 1440, y: 0, width: 2560, height: 1440 };

function at(x: number, y: number, width = 1000, height = 700): WindowState {
  return { bounds: { x, y, width, height }, isMaximized: false, isFullScreen: false };
}

describe('windowStateOf', () => {
  it('reads what was saved', () => {
    const state = { ...at(1, 2), isMaximized: true };
    expect(windowStateOf(structuredClone(state))).toEqual(state);
  });

  it.each([
    undefined,
    null,
    [],
    'text',
    { bounds: null },
    { bounds: { x: 1, y: 2, width: 0, height: 3 } },
    { bounds: { x: 1, y: 2, width: '9', height: 3 } },
    { bounds: { x: 1e300, y: 2, width: 9, height: 3 } },
    { bounds: { x: 1, y: 2, width: 9 } },
  ])('takes nothing from %j', (json) => {
    expect(windowStateOf(json)).toBeNull();
  });
});

describe('fitToDisplays', () => {
  it('opens in the middle of the main display the first time', () => {
    expect(fitToDisplays(null, [laptop, desk]).bounds).toEqual({ x: 80, y: 53, width: 1280, height: 820 });
  });

  it('keeps a place on a second display', () => {
    expect(fitToDisplays(at(2000, 100), [laptop, desk])).toEqual(at(2000, 100));
  });

  it('comes back to the main display when the other one has gone', () => {
    expect(fitToDisplays(at(2000, 100), [laptop]).bounds).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
  });

  it('keeps a window partly off the edge while its title bar can be reached', () => {
    expect(fitToDisplays(at(-800, 100), [laptop]).bounds).toEqual(at(-800, 100).bounds);
    expect(fitToDisplays(at(-950, 100), [laptop]).bounds.x).toBe(220);
  });

  it('shrinks to the display and never below the smallest usable size', () => {
    expect(fitToDisplays(at(0, 25, 5000, 4000), [laptop]).bounds).toEqual({ x: 0, y: 25, width: 1440, height: 875 });
    expect(fitToDisplays(at(0, 25, 10, 10), [laptop]).bounds).toEqual({ x: 0, y: 25, width: 720, height: 480 });
  });

  it('keeps that the window was maximised', () => {
    expect(fitToDisplays({ ...at(9000, 9000), isMaximized: true }, [laptop]).isMaximized).toBe(true);
  });
});
