/** Renders assets/logo.svg and assets/tray.svg to the PNG sizes that packaging and the tray need; run after editing either. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';

const assets = new URL('../assets/', import.meta.url);
const logoSizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** macOS reads `…Template.png` and its `@2x` twin as a mask and colours them itself. */
const trayFiles: readonly [size: number, name: string][] = [
  [16, 'trayTemplate.png'],
  [32, 'trayTemplate@2x.png'],
];

async function render(browser: Browser, svg: string, sizePx: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: sizePx, height: sizePx } });
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setContent(
    `<body style="margin:0"><img src="${source}" style="display:block;width:100vw;height:100vh"></body>`,
  );
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

const browser = await chromium.launch({
  executablePath: process.env.HOSTLER_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  await mkdir(new URL('icons/', assets), { recursive: true });
  const logo = await readFile(new URL('logo.svg', assets), 'utf8');
  for (const size of logoSizes)
    await writeFile(new URL(`icons/${size}x${size}.png`, assets), await render(browser, logo, size));
  const tray = await readFile(new URL('tray.svg', assets), 'utf8');
  for (const [size, name] of trayFiles) await writeFile(new URL(name, assets), await render(browser, tray, size));
} finally {
  await browser.close();
}
