import { describe, expect, it } from 'vitest';
import { ReleaseChord } from './release-chord.ts';

/** Feeds `+code` and `-code`; answers the index of the event that completed the chord, or -1. */
function completedAt(...events: string[]): number {
  const chord = new ReleaseChord();
  return events.findIndex((event) =>
    chord.observe({ type: event.startsWith('+') ? 'keydown' : 'keyup', code: event.slice(1), repeat: false }),
  );
}

describe('ReleaseChord', () => {
  it('is complete when both keys are up again, in either order', () => {
    expect(completedAt('+ControlLeft', '+AltLeft', '-AltLeft', '-ControlLeft')).toBe(3);
    expect(completedAt('+AltLeft', '+ControlLeft', '-AltLeft', '-ControlLeft')).toBe(3);
  });

  it.each([
    ['another key in between', ['+ControlLeft', '+AltLeft', '+Delete', '-Delete', '-AltLeft', '-ControlLeft']],
    ['the right-hand keys', ['+ControlRight', '+AltRight', '-AltRight', '-ControlRight']],
    ['one key alone', ['+ControlLeft', '-ControlLeft']],
    ['one after the other', ['+ControlLeft', '-ControlLeft', '+AltLeft', '-AltLeft']],
  ])('is not made by %s', (_name, events) => {
    expect(completedAt(...events)).toBe(-1);
  });

  it('can be made after another chord', () => {
    expect(
      completedAt(
        '+ControlLeft',
        '+KeyC',
        '-KeyC',
        '-ControlLeft',
        '+ControlLeft',
        '+AltLeft',
        '-AltLeft',
        '-ControlLeft',
      ),
    ).toBe(7);
  });

  it('does not count repeats of a held key', () => {
    const chord = new ReleaseChord();
    chord.observe({ type: 'keydown', code: 'ControlLeft', repeat: false });
    chord.observe({ type: 'keydown', code: 'AltLeft', repeat: false });
    chord.observe({ type: 'keydown', code: 'AltLeft', repeat: true });
    chord.observe({ type: 'keyup', code: 'AltLeft', repeat: false });
    expect(chord.observe({ type: 'keyup', code: 'ControlLeft', repeat: false })).toBe(true);
  });

  it('forgets held keys when it is reset', () => {
    const chord = new ReleaseChord();
    chord.observe({ type: 'keydown', code: 'KeyA', repeat: false });
    chord.reset();
    for (const code of ['ControlLeft', 'AltLeft']) chord.observe({ type: 'keydown', code, repeat: false });
    chord.observe({ type: 'keyup', code: 'AltLeft', repeat: false });
    expect(chord.observe({ type: 'keyup', code: 'ControlLeft', repeat: false })).toBe(true);
  });
});
