/** What a shell (Electron's main process) needs of the host. */
export type { BinaryChannel, ChannelEnd, MessageLink } from './ipc/link.ts';
export type { Host, HostOptions } from './host.ts';
