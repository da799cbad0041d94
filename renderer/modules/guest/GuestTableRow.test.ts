import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { GuestRow } from '../../../main/contract/index.ts';
import { i18n } from '../../i18n/index.ts';
import { fakeGuest } from '../../testing/fake-data.ts';
import { chosenColumns } from './columns.ts';
import GuestTableRow from './GuestTableRow.vue';
import { namePlace } from './row-labels.ts';

const columns = chosenColumns(['name', 'state', 'host', 'cpu', 'memory', 'disk', 'network', 'autostart', 'uuid']);

function row(changes: Partial<GuestRow>) {
  const guest = fakeGuest(0, 'local', changes);
  const labels = { select: `Select ${namePlace}`, more: `More ${namePlace}` };
  const place = { index: 4, top: 160, isActive: false, isSelected: true, isStale: false };
  const props = { guest, columns, hostName: 'Lab', samples: undefined, labels, ...place };
  return mount(GuestTableRow, { props, global: { plugins: [i18n] } });
}

describe('GuestTableRow', () => {
  it('shows markup in a name as text', () => {
    const shown = row({ name: '<img src=x onerror=alert(1)>' });
    expect(shown.find('img').exists()).toBe(false);
    expect(shown.find('.name').text()).toBe('<img src=x onerror=alert(1)>');
  });

  it('bounds the tooltip of a name of four kilobytes', () => {
    const title = row({ name: 'n'.repeat(4096) })
      .find('.name')
      .attributes('title');
    expect(title).toHaveLength(513);
  });

  it('names its controls after the guest, whatever it is called', () => {
    const shown = row({ name: 'a$&b' });
    expect(shown.find('input').attributes('aria-label')).toBe('Select a$&b');
    expect(shown.find('[data-more]').attributes('aria-label')).toBe('More a$&b');
  });

  it('says where it is in the grid and that it is selected', () => {
    expect(row({}).attributes()).toMatchObject({ role: 'row', 'aria-rowindex': '6', 'aria-selected': 'true' });
  });

  it('shows what is pending before the state', () => {
    expect(row({ state: 'running', pending: 'shutting-down' }).text()).toContain('shutting down…');
  });

  it('tells a crash from a plain stop', () => {
    expect(row({ state: 'shutoff', stateReason: 'crashed' }).text()).toContain('shut off (crashed)');
    expect(row({ state: 'shutoff', stateReason: 'shutdown' }).text()).not.toContain('(');
  });
});
