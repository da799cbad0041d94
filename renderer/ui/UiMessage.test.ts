import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import UiMessage from './UiMessage.vue';

/** The pieces that are shown as code. */
const codeOf = (text: string): string[] =>
  mount(UiMessage, { props: { text } })
    .findAll('code')
    .map((element) => element.text());

it('shows what stands between backticks as code', () => {
  expect(codeOf('Start it with `sudo systemctl start libvirtd`, or `x`.')).toEqual([
    'sudo systemctl start libvirtd',
    'x',
  ]);
});

it('leaves a lone backtick and markup from a host as text', () => {
  expect(codeOf('a ` b')).toEqual([]);
  expect(mount(UiMessage, { props: { text: '<b>`<i>`' } }).text()).toBe('<b><i>');
});
