/** What tests of links start from: a host with a running guest, each way to it over a link that can be cut. */
import { startLinkedHost, type LinkedHost } from '../resilience/link.ts';
import { test as base } from './fixtures.ts';

export const test = base.extend<object, { linked: LinkedHost }>({
  linked: [
    async ({}, use) => {
      const linked = await startLinkedHost();
      await use(linked);
      await linked.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
