import { expect, it } from 'vitest';
import { isFocusLost } from './use-focus-home.ts';

/** Whether the focus counts as lost with `focused` having it, if there is one. */
function lost(markup: string, focused?: string): boolean {
  document.body.innerHTML = markup;
  if (focused !== undefined) document.querySelector<HTMLElement>(focused)?.focus();
  return isFocusLost(document);
}

it('is lost where nothing has it, and no dialog is about to', () => {
  expect(lost('<main tabindex="-1"></main>')).toBe(true);
  expect(lost('<button>Start</button>', 'button')).toBe(false);
  expect(lost('<div role="dialog"></div>')).toBe(false);
});
