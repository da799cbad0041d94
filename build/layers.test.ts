/** Proves that the layer rules bite: a small tree full of forbidden imports, checked with the project's own rules. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, runNode, toolScript } from './run-tool.ts';

/** File -> its text; each import but the last file's is one that the rules must refuse. */
const badTree: Record<string, string> = {
  'main/contract/bad.ts': `import '../host.ts';`,
  'main/host.ts': `import 'electron';`,
  'drivers/core.ts': `import 'vue';`,
  'drivers/qemu/bad.ts': `import '../lxc/driver.ts';`,
  'drivers/lxc/driver.ts': ``,
  'drivers/conf/bad.ts': `import '../lxc/driver.ts';`,
  'renderer/bad.ts': `import '../drivers/core.ts';`,
  'renderer/page.vue': `<script setup lang="ts">\nimport '../main/host.ts';\n</script>\n<template><p /></template>`,
  'renderer/node.ts': `import 'node:fs';`,
  'electron/bad.ts': `import '../renderer/bad.ts';`,
  'attic/uncovered.ts': `import '../drivers/lxc/driver.ts';`,
  'drivers/x.test.ts': `import 'vitest';`,
};

const expected = [
  'attic/uncovered.ts not-in-allowed',
  'drivers/conf/bad.ts shared-drivers-below-hypervisors',
  'drivers/core.ts drivers-know-no-npm',
  'drivers/qemu/bad.ts hypervisors-not-each-other',
  'electron/bad.ts not-in-allowed',
  'main/contract/bad.ts contract-imports-nothing',
  'main/host.ts electron-only-in-electron',
  'renderer/bad.ts renderer-not-the-host',
  'renderer/node.ts renderer-in-a-sandbox',
  'renderer/page.vue renderer-not-the-host',
];

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[] };
}

describe('layer rules', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-layers-'));
    for (const shared of ['node_modules', 'package.json']) await symlink(join(root, shared), join(folder, shared));
    for (const [file, text] of Object.entries(badTree)) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('refuses every import that is no arrow of the design', { timeout: 30_000 }, async () => {
    const rules = join(root, '.dependency-cruiser.cjs');
    const folders = ['main', 'drivers', 'renderer', 'electron', 'attic'];
    const script = toolScript('dependency-cruiser', 'depcruise');
    const { output } = await runNode(script, ['--config', rules, '--output-type', 'json', ...folders], { cwd: folder });
    const { violations } = (JSON.parse(output) as Cruise).summary;
    const found = new Set(violations.map(({ from, rule }) => `${from} ${rule.name}`));
    for (const wanted of expected) expect(found).toContain(wanted);
    expect([...found].filter((line) => line.startsWith('drivers/x.test.ts'))).toEqual([]);
  });

  it.each([
    ['drivers', 'export const title: string = document.title;', 'document'],
    ['main/contract', 'export const pid: number = process.pid;', 'process'],
    ['renderer', 'export const pid: number = process.pid;', 'process'],
  ])('gives %s only the globals of its side', (project, text, name) => {
    const file = join(root, project, 'bad-fixture.ts');
    const config = ts.getParsedCommandLineOfConfigFile(
      join(root, project, 'tsconfig.json'),
      {},
      {
        ...ts.sys,
        onUnRecoverableConfigFileDiagnostic: () => undefined,
      },
    );
    const options = { ...config?.options, noEmit: true };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (path) => path === file || fileExists.call(host, path);
    host.getSourceFile = (path, ...rest) =>
      path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2024) : getSourceFile.call(host, path, ...rest);
    const program = ts.createProgram([file], options, host);
    const messages = program
      .getSemanticDiagnostics()
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(messages.join()).toContain(`'${name}'`);
  });
});
