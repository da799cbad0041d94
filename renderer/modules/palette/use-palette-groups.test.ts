import { expect, it, vi } from 'vitest';
import { fakeGuest } from '../../testing/fake-data.ts';
import { findGuests } from './use-palette-groups.ts';

vi.mock('../../shared/notices.ts', () => ({ useNotices: () => ({}) }));

it('lists names that begin with the words before names that have them, and few', () => {
  const names = ['my-web', 'Web-1', 'web-2', 'db', ...Array.from({ length: 50 }, (_, index) => `old-web-${index}`)];
  const found = findGuests(
    names.map((name, index) => fakeGuest(index, 'a', { name, title: '' })),
    ' WEB ',
  );
  expect(found.slice(0, 3).map(({ name }) => name)).toEqual(['Web-1', 'web-2', 'my-web']);
  expect(found).toHaveLength(12);
});
