/** Saves what a guest's screen shows as a PNG file. */

/** `web-01 2026-03-09 14.05.09.png`: sortable, and without characters that a file system refuses. */
export function screenshotName(guestName: string, now: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(pad).join('.');
  const safe = guestName.replaceAll(/[\p{C}<>:"/\\|?*]+/gu, '_').slice(0, 80);
  return `${safe.replace(/^[.\s]+/, '') || 'guest'} ${day} ${time}.png`;
}

/** Hands a file to the browser's (or the shell's) download. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
