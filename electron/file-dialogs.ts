/** The system's dialogs for files. The page never sees a path: it gets a token that the host knows the file by. */
import { app, BrowserWindow, dialog, type WebContents } from 'electron';
import { join } from 'node:path';
import type { GrantedFile } from '../main/contract/index.ts';
import type { Host } from '../main/host.ts';
import { suggestedName } from './suggested-name.ts';

/** Asks for a file to upload, or a place to download to; null when the user chose none. */
export async function chooseFile(
  files: Host['files'],
  page: WebContents,
  use: 'upload' | 'download',
  name: string,
): Promise<GrantedFile | null> {
  const window = BrowserWindow.fromWebContents(page);
  if (window === null) return null;
  if (use === 'upload') {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'] });
    return filePaths[0] === undefined ? null : await files.grantUpload(filePaths[0]);
  }
  // The dialog itself asks before a file that is there is chosen.
  const { filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(app.getPath('downloads'), suggestedName(name)),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return filePath === '' ? null : files.grantDownload(filePath);
}
