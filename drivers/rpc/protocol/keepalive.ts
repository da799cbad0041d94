/** Keepalive: proof of life in either direction. */
import { message, type TableFile } from './dsl.ts';

export const keepaliveTable: TableFile = {
  file: 'keepalive',
  program: 'keepalive',
  structs: [],
  procedures: [message(1, 'ping'), message(2, 'pong')],
};
