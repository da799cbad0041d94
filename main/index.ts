/** What a shell (Electron's main process) needs of the host. */
export { configDir } from './config-dir.ts';
export { createHost } from './host.ts';
export type { Host, HostOptions } from './host.ts';
export type { BinaryChannel, ChannelEnd, MessageLink } from './ipc/link.ts';
export { version } from './version.ts';
