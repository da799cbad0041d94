import { describe, expect, it } from 'vitest';
import en from './en.json';

const sources = import.meta.glob<string>(['../**/*.{vue,ts}', '!../**/*.test.ts', '!../testing/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value as object, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

const known = new Set(keysOf(en));
const everything = Object.values(sources).join('\n');
/** `t('a.b')`, `word('a.b')`, and keys chosen between: `t(x ? 'a.b' : 'a.c')`. */
const used = [...everything.matchAll(/\b(?:t|te|word)\(\s*[^)`]*?\)/g)].flatMap(([call]) =>
  [...call.matchAll(/'([a-zA-Z]+\.[\w.-]+)'/g)].map(([, key]) => key!),
);

describe('texts', () => {
  it('has a text for every key that is used', () => {
    expect(used.length).toBeGreaterThan(100);
    expect([...new Set(used)].filter((key) => !known.has(key))).toEqual([]);
  });

  it('has the texts of keys that are put together', () => {
    const { action, column, pending, refusal, state } = en;
    expect(Object.keys(action.create)).toEqual(['label', 'restore', 'term', 'loss']);
    expect(Object.keys(refusal.short).toSorted()).toEqual(
      Object.keys(refusal)
        .filter((key) => key !== 'short')
        .toSorted(),
    );
    expect(Object.keys(column)).toHaveLength(11);
    expect(Object.keys(pending)).toHaveLength(9);
    expect(Object.keys(state)).toHaveLength(9);
  });

  it('shouts nowhere', () => {
    const texts = JSON.stringify(en);
    expect(texts).not.toMatch(/!/);
  });
});
