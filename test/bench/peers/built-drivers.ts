/** The driver core as it was built, with the types of its sources: the type check needs no build. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as DriverCore from '../../../drivers/index.ts';

const built = join(import.meta.dirname, '../../../dist/drivers/index.js');

export const drivers = (await import(pathToFileURL(built).href)) as typeof DriverCore;
