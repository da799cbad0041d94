/** Names of the messages between preload script and shell; in a file of their own so that both ends agree. */
export const channels = {
  /** Page to shell: a page has loaded and wants its control plane. */
  connect: 'hostler:connect',
  /** Shell to page: the control plane's port. */
  port: 'hostler:port',
  /** Page to shell: the data channel of a ticket, please. Shell to page: here is its port. */
  console: 'hostler:console',
  /** Page to shell: let the user choose a file; the answer is what the host knows it by. */
  chooseFile: 'hostler:choose-file',
  grabKeys: 'hostler:grab-keys',
  menu: 'hostler:menu',
  /** Shell to page: a command was chosen in the menu. */
  command: 'hostler:command',
} as const;
