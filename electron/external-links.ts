/** Links that lead out of the application: asked about, then opened in the user's browser; most schemes never. */
import { dialog, shell, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { filled, messages } from './messages.ts';
import { externalVerdict } from './security-policy.ts';

/** Shows the address and opens it if the user agrees. */
export async function offerExternal(window: BrowserWindow, address: string): Promise<void> {
  const verdict = externalVerdict(address);
  if (!verdict.ok) return void (await dialog.showMessageBox(window, refusal(address, verdict.reason)));
  const { response } = await dialog.showMessageBox(window, question(verdict.url, verdict.host));
  if (response === 1) await shell.openExternal(verdict.url);
}

function refusal(address: string, reason: string): MessageBoxOptions {
  return { type: 'info', message: filled(messages.externalRefused, { reason }), detail: address.slice(0, 300) };
}

function question(url: string, host: string): MessageBoxOptions {
  return {
    type: 'question',
    message: messages.externalTitle,
    detail: `${filled(messages.externalDetail, { host })}\n\n${url}`,
    buttons: [messages.cancel, filled(messages.externalOpen, { host })],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}
