/** The rig itself: a guest boots, outlives its daemon's death, and nothing is left when the rig ends. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildGuestImage, guestPrograms, guestXml } from './guest.ts';
import { libvirtdPrograms, startLibvirtd } from './libvirtd.ts';
import { run } from './process.ts';
import { notRunBecause } from './requirements.ts';

const problem = notRunBecause([...libvirtdPrograms, ...guestPrograms], { root: true });

describe.skipIf(problem !== null)(`private libvirtd${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  it('keeps a guest through a crash of the daemon and leaves nothing behind', async () => {
    const libvirtd = await startLibvirtd();
    try {
      const file = join(libvirtd.dir, 'guest.xml');
      await writeFile(file, guestXml('kept <guest>', await buildGuestImage(libvirtd.dir)));
      await libvirtd.virsh('create', file);
      await libvirtd.kill();
      await expect(libvirtd.virsh('list')).rejects.toThrow('Connection refused');
      await libvirtd.restart();
      expect(await libvirtd.virsh('domstate', 'kept <guest>')).toContain('running');
    } finally {
      await libvirtd.stop();
    }
    expect(existsSync(libvirtd.dir)).toBe(false);
    expect(await run('ps', ['-eo', 'args'])).not.toContain(libvirtd.dir);
  });
});
