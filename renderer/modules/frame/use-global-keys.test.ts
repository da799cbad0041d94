import { describe, expect, it, vi } from 'vitest';
import { operationFor } from './use-global-keys.ts';

vi.mock('../../shared/notices.ts', () => ({ useNotices: () => ({}) }));

const none = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };

describe('operationFor', () => {
  it('goes by the place of a letter, since Alt changes what it types', () => {
    expect(operationFor({ ...none, altKey: true, shiftKey: true, code: 'KeyS', key: 'Í' })).toBe('create');
  });

  it('takes Delete alone, not with other keys', () => {
    expect(operationFor({ ...none, code: 'Delete', key: 'Delete' })).toBe('undefine');
    expect(operationFor({ ...none, shiftKey: true, code: 'Delete', key: 'Delete' })).toBeNull();
    expect(operationFor({ ...none, ctrlKey: true, code: 'Delete', key: 'Delete' })).toBeNull();
  });

  it('leaves plain letters to the lists', () => {
    expect(operationFor({ ...none, code: 'KeyS', key: 's' })).toBeNull();
  });
});
