/** Reads the sources of the public classes: the doc comment of each method names the functions whose slots it calls. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { slotProcedures } from './driver-slots.gen.ts';

interface Method {
  name: string;
  /** C functions of the doc comment. */
  functions: string[];
  /** C functions of the slots in the body. */
  called: string[];
}

/** Slots that a method needs on the way to its answer. */
const auxiliary = ['virDomainGetInfo'];

const method =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(?:protected |async |override )*([a-z]\w*)(?:<[^(]*>)?\([\s\S]*?\n {2}\}\n/g;

async function readMethods(): Promise<Method[]> {
  const texts: string[] = [];
  for (const folder of ['.', 'connection', 'domain']) {
    for (const file of await readdir(join(import.meta.dirname, folder))) {
      if (/^[^.]+\.ts$/.test(file) && file !== 'core.ts')
        texts.push(await readFile(join(import.meta.dirname, folder, file), 'utf8'));
    }
  }
  return texts.flatMap((text) =>
    [...text.matchAll(method)].map(([whole, comment = '', name = '']) => ({
      name,
      functions: [...comment.matchAll(/\((vir\w+(?:,[\s*]+vir\w+)*)\)/g)].flatMap(
        ([, list = '']) => list.match(/vir\w+/g) ?? [],
      ),
      called: [...whole.slice(comment.length).matchAll(/'([a-z]\w+)'/g)].flatMap(([, slot = '']) => apiOf(slot) ?? []),
    })),
  );
}

function apiOf(slot: string): string | undefined {
  if (!Object.hasOwn(slotProcedures, slot)) return undefined;
  return slotProcedures[slot as keyof typeof slotProcedures].api ?? undefined;
}

describe('the public methods', () => {
  it('call the slots of the functions they say they are', async () => {
    const methods = (await readMethods()).filter(({ called }) => called.length > 0);
    const wrong = methods.filter(({ functions, called }) =>
      called.some((api) => !functions.includes(api) && !auxiliary.includes(api)),
    );
    expect(wrong).toEqual([]);
    expect(methods.length).toBeGreaterThan(300);
  });

  it('leave no slot of a public function uncalled', async () => {
    const called = new Set((await readMethods()).flatMap((each) => each.called));
    const uncalled = Object.values(slotProcedures).filter(({ api }) => api !== null && !called.has(api));
    // The session answers the one itself; the other is called in a private method.
    expect(uncalled.map(({ api }) => api)).toEqual(['virConnectIsSecure', 'virConnectGetAllDomainStats']);
  });
});
