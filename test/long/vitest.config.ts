// The long suite: against a second host, which takes minutes. Not a project of the usual configuration, so that nothing
// runs it by the way.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'long',
    environment: 'node',
    include: ['test/long/*.long.ts'],
    // Debian is fetched and installed in the first hook, and boots without KVM.
    testTimeout: 180_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
