/** The shell's own words: what is said when there is no page to say it. Words inside the page belong to the renderer. */

/** English; every text of the shell is in this table, so that another language is another table. */
export const messages = {
  file: '&File',
  edit: '&Edit',
  view: '&View',
  guest: 'Virtual &machine',
  window: '&Window',
  help: '&Help',
  licences: 'Licences',
  externalTitle: 'Open this address in your browser?',
  externalDetail: 'It leads out of Hostler, to {host}.',
  externalOpen: 'Open {host}',
  externalRefused: 'Hostler did not open this address because {reason}.',
  cancel: 'Cancel',
  goneTitle: 'This window stopped working.',
  goneDetail:
    'Its process ended ({reason}). Guests, connections and tasks are not affected: they belong to the host process.',
  reload: 'Reload window',
  close: 'Close window',
  unresponsiveTitle: 'This window does not respond.',
  unresponsiveDetail: 'Guests, connections and tasks go on. Wait, or reload the window.',
  wait: 'Wait',
  startFailedTitle: 'Hostler could not start.',
  pagesMissing: 'Its pages are missing from {path}. Install Hostler again; from source, run "npm run build".',
} as const;

/** Puts values in the place of `{name}`. */
export function filled(message: string, values: Readonly<Record<string, string>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole));
}
