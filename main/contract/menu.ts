/** The page's commands in the desktop's application menu: declared by the page, drawn by the shell, run by the page. */

/** One entry. Choosing it sends its id back to the page. */
export interface MenuCommand {
  id: string;
  menu: 'file' | 'view' | 'guest' | 'help';
  label: string;
  enabled: boolean;
  /** In Electron's notation (`CommandOrControl+K`), only shown: the page itself hears its keys. */
  accelerator?: string;
  /** Drawn below a line. */
  startsGroup?: boolean;
}
