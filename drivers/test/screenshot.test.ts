import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { drawScreen } from './screenshot.ts';

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f';

describe('drawScreen', () => {
  it('makes a PNG that a reader takes, with the name in light letters', async () => {
    const image = PNG.sync.read(Buffer.from(await drawScreen('web', uuid, 0, 0)));
    expect([image.width, image.height]).toEqual([640, 480]);
    const light = image.data.filter((value, index) => index % 4 === 0 && value === 235).length;
    expect(light).toBeGreaterThan(1000);
  });

  it('gives the same bytes for the same guest and second, and others for another', async () => {
    const first = await drawScreen('web', uuid, 7, 0);
    expect(Buffer.compare(first, await drawScreen('web', uuid, 7, 0))).toBe(0);
    expect(Buffer.compare(first, await drawScreen('web', uuid, 8, 0))).not.toBe(0);
    expect(Buffer.compare(first, await drawScreen('db', uuid, 7, 0))).not.toBe(0);
  });

  it('draws names of any length and script', async () => {
    for (const name of ['', '<img onerror=alert(1)>', 'ü'.repeat(4096)]) {
      expect((await drawScreen(name, uuid, 0, 0)).length).toBeGreaterThan(100);
    }
  });
});
