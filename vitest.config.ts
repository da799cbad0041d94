// The vitest projects: what needs nothing (unit, renderer, golden, conformance) and what needs a libvirtd (integration).
import { defineConfig } from 'vitest/config';

const node = { environment: 'node' as const, testTimeout: 10_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: ['{drivers,main,electron,build,test/rig,test/bench}/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        extends: './renderer/vite.config.ts',
        test: { name: 'renderer', environment: 'happy-dom', include: ['renderer/**/*.test.ts'] },
      },
      { test: { ...node, name: 'golden', include: ['test/golden/**/*.test.ts'] } },
      { test: { ...node, name: 'conformance', include: ['test/conformance/**/*.test.ts'] } },
      {
        // Starts a private libvirtd; slow, so one file at a time.
        test: {
          ...node,
          name: 'integration',
          include: ['{drivers,main,test}/**/*.integration.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
