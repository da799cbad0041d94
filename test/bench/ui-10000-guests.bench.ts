/**
 * The guest table with 10,000 guests, in Chromium, on the built program and the in-memory test driver: from data to
 * paint, scrolling, and statistics of 1,000 rows at a time.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../rig/chromium.ts';
import { startHostler } from '../rig/hostler.ts';
import { BarePage } from './bare-page.ts';
import { nodeFileXml } from './node-file.ts';
import { median, quantile, type BenchRow } from './report.ts';

const isSmoke = process.argv.includes('--smoke');
const guests = isSmoke ? 500 : 10_000;
const running = isSmoke ? 100 : 1000;
const scrollMs = isSmoke ? 500 : 4000;
const watchMs = isSmoke ? 3000 : 12_000;
const paintRounds = isSmoke ? 1 : 9;
const viewport = { width: 1440, height: 900 };

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
  /** The first frame that found guests in the document. */
  rowsMs: number | null;
}

declare global {
  interface Window {
    recorded: Recorded;
  }
}

/** Before anything else runs in the page: keep every mark and the time of every frame. */
function record(): void {
  window.recorded = { marks: [], frames: [], rowsMs: null };
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) window.recorded.marks.push({ name, atMs: startTime });
  }).observe({ type: 'mark', buffered: true });
  const frame = (atMs: number): void => {
    window.recorded.frames.push(atMs);
    if (document.querySelector('[data-guest]') !== null) window.recorded.rowsMs ??= performance.now();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** What was recorded while `work` ran. */
async function during(page: Page, work: () => Promise<void>): Promise<Recorded> {
  await page.evaluate(() => void (window.recorded = { marks: [], frames: [], rowsMs: null }));
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

/** In the page: what was recorded until a snapshot was painted. Looks seldom, so as not to be in the way. */
function untilPainted(): Promise<Recorded> {
  const isPainted = (): boolean => {
    const { marks } = window.recorded;
    const data = marks.find(({ name }) => name === 'hostler:inventory-data');
    return marks.some(({ name, atMs }) => name === 'hostler:table-painted' && atMs > (data?.atMs ?? Infinity));
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isPainted()) return;
      clearInterval(timer);
      resolve(window.recorded);
    }, 100);
  });
}

const rowCount = (): string | null | undefined =>
  document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount');

/**
 * From the moment the snapshot comes in, before it is parsed, until the frame with its rows is painted, each time in a
 * page loaded anew.
 */
async function firstPaintMs(page: BarePage, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url);
  const { marks, rowsMs } = await page.evaluate(untilPainted);
  const [first] = pairs(marks, 'hostler:inventory-data', 'hostler:table-painted');
  const rows = await page.evaluate(rowCount);
  if (first === undefined || rowsMs === null || rowsMs > first[1] || rows !== String(guests + 1)) {
    throw new Error(`The page said it had painted what was not there: ${JSON.stringify({ rows, rowsMs, marks })}`);
  }
  return first[1] - first[0];
}

async function firstPaints(browser: Browser, nodeUri: string): Promise<BenchRow[]> {
  await using hostler = await startHostler({ connections: [nodeUri] });
  await using page = await BarePage.open(browser, viewport, record);
  await page.goto(hostler.url);
  // The host reads its guests first; the link's token is good once.
  while ((await page.evaluate(rowCount)) !== String(guests + 1)) await setTimeout(200);
  const url = await page.evaluate(() => location.href);
  const paints: number[] = [];
  for (let round = 0; round < paintRounds; round++) paints.push(await firstPaintMs(page, url));
  return [{ name: `list of ${guests} guests: data to first paint`, value: median(paints), unit: 'ms', budget: 100 }];
}

async function motion(browser: Browser, nodeUri: string): Promise<BenchRow[]> {
  await using hostler = await startHostler({ connections: [nodeUri] });
  const page = await browser.newPage({ viewport });
  await page.addInitScript(record);
  await page.goto(hostler.url);
  await page.locator(`[role="grid"][aria-rowcount="${guests + 1}"]`).waitFor({ timeout: 60_000 });
  const scrolled = intervals((await during(page, () => scroll(page))).frames);
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ top: 0 }));
  const watched = await during(page, () => page.waitForTimeout(watchMs));
  const patches = pairs(watched.marks, 'hostler:inventory-patch', 'hostler:table-painted');
  const framesOf = ([from, to]: [number, number]): number =>
    watched.frames.filter((at) => at > from && at <= to).length;
  return [
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
}

const folder = await mkdtemp(join(tmpdir(), 'hostler-bench-'));
const browser = await startChromium();
try {
  const nodeFile = join(folder, 'node.xml');
  await writeFile(nodeFile, nodeFileXml(guests, running));
  const nodeUri = `test://${nodeFile}`;
  console.log(JSON.stringify([...(await firstPaints(browser, nodeUri)), ...(await motion(browser, nodeUri))]));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
