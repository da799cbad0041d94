/**
 * The guest table with 10,000 guests, in Chromium, on the built program and the in-memory test driver: from data to
 * paint, scrolling, and statistics of 1,000 rows at a time.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startChromium } from '../rig/chromium.ts';
import { startHostler } from '../rig/hostler.ts';
import { nodeFileXml } from './node-file.ts';
import { median, quantile, type BenchRow } from './report.ts';

const isSmoke = process.argv.includes('--smoke');
const guests = isSmoke ? 500 : 10_000;
const running = isSmoke ? 100 : 1000;
const scrollMs = isSmoke ? 500 : 4000;
const watchMs = isSmoke ? 3000 : 12_000;

/** A frame at 60 Hz, in milliseconds; half as much again means that one was missed. */
const frameMs = 1000 / 60;
const missedMs = frameMs * 1.5;

interface Mark {
  name: string;
  atMs: number;
}

interface Recorded {
  marks: Mark[];
  frames: number[];
}

declare global {
  interface Window {
    recorded: Recorded;
  }
}

/** Before anything else runs in the page: keep every mark and the time of every frame. */
function record(): void {
  window.recorded = { marks: [], frames: [] };
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) window.recorded.marks.push({ name, atMs: startTime });
  }).observe({ type: 'mark', buffered: true });
  const frame = (atMs: number): void => {
    window.recorded.frames.push(atMs);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** What was recorded while `work` ran. */
async function during(page: Page, work: () => Promise<void>): Promise<Recorded> {
  await page.evaluate(() => void (window.recorded = { marks: [], frames: [] }));
  await work();
  return page.evaluate(() => window.recorded);
}

/** Every `from` mark with the first `to` mark after it, in milliseconds. */
function pairs(marks: readonly Mark[], from: string, to: string): [number, number][] {
  return marks
    .filter(({ name }) => name === from)
    .flatMap(({ atMs }) => {
      const end = marks.find((mark) => mark.name === to && mark.atMs > atMs);
      return end === undefined ? [] : [[atMs, end.atMs] as [number, number]];
    });
}

const intervals = (frames: readonly number[]): number[] =>
  frames.slice(1).map((at, index) => at - (frames[index] ?? at));

async function scroll(page: Page): Promise<void> {
  await page.getByRole('grid').hover();
  const end = Date.now() + scrollMs;
  while (Date.now() < end) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(16);
  }
}

async function firstPaintMs(page: Page, url: string): Promise<number> {
  await page.goto(url);
  await page.getByRole('grid').getByText('guest-00000', { exact: true }).waitFor();
  const { marks } = await page.evaluate(() => window.recorded);
  // The first painted table that has all the data: after the last whole inventory or the patch that brought the rows.
  const painted = [
    ...pairs(marks, 'hostler:inventory-data', 'hostler:table-painted'),
    ...pairs(marks, 'hostler:inventory-patch', 'hostler:table-painted'),
  ];
  const first = painted.at(0);
  if (first === undefined) throw new Error(`The page left no marks: ${JSON.stringify(marks)}`);
  return first[1] - first[0];
}

async function measure(url: string): Promise<BenchRow[]> {
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(record);
    await page.goto(url);
    const rows = page.locator(`[role="grid"][aria-rowcount="${guests + 1}"]`);
    await rows.waitFor({ timeout: 60_000 });
    const paints: number[] = [];
    for (let round = 0; round < 5; round++) {
      paints.push(await firstPaintMs(page, page.url()));
      await page.goto('about:blank');
      await page.goBack();
      await rows.waitFor();
    }
    const scrolled = intervals((await during(page, () => scroll(page))).frames);
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ top: 0 }));
    const watched = await during(page, () => page.waitForTimeout(watchMs));
    const patches = pairs(watched.marks, 'hostler:inventory-patch', 'hostler:table-painted');
    const framesOf = ([from, to]: [number, number]): number =>
      watched.frames.filter((at) => at > from && at <= to).length;
    return [
      { name: `list of ${guests} guests: data to first paint`, value: median(paints), unit: 'ms', budget: 100 },
      { name: 'scrolling: frame time, 95 of 100', value: quantile(scrolled, 0.95), unit: 'ms', budget: missedMs },
      {
        name: 'scrolling: share of missed frames',
        value: (100 * scrolled.filter((ms) => ms > missedMs).length) / scrolled.length,
        unit: '%',
        budget: 1,
      },
      {
        name: `${running} rows patched: data to paint`,
        value: median(patches.map(([from, to]) => to - from)),
        unit: 'ms',
      },
      {
        name: `${running} rows patched: frames until painted`,
        value: median(patches.map(framesOf)),
        unit: 'frames',
        budget: 1,
      },
    ];
  } finally {
    await browser.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'hostler-bench-'));
try {
  const nodeFile = join(folder, 'node.xml');
  await writeFile(nodeFile, nodeFileXml(guests, running));
  await using hostler = await startHostler({ connections: [`test://${nodeFile}`] });
  console.log(JSON.stringify(await measure(hostler.url)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
