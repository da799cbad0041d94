import { describe, expect, it } from 'vitest';
import { mayTakeFocus } from './use-keyboard-grab.ts';

/** Whether the element with id `x` in this markup would lose the focus to a console. */
function losesFocus(markup: string): boolean {
  document.body.innerHTML = markup;
  return mayTakeFocus(document.querySelector('#x'));
}

describe('mayTakeFocus', () => {
  it.each(['<a id="x" href="#">Console</a>', '<button id="x">Start</button>', '<div></div>'])(
    'takes it from %s',
    (markup) => {
      expect(losesFocus(markup)).toBe(true);
    },
  );

  it.each([
    '<input id="x">',
    '<textarea id="x"></textarea>',
    '<div role="dialog"><button id="x">Delete</button></div>',
  ])('leaves it in %s', (markup) => {
    expect(losesFocus(markup)).toBe(false);
  });
});
