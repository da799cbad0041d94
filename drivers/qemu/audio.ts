/** The audio back-end that every guest has. */
import { audio } from '../conf/domain/devices/sound.ts';
import type { Devices } from '../conf/domain/devices/index.ts';

/** Sound goes where the screen goes: into SPICE or to SDL; over VNC or without a screen nowhere. */
export function addDefaultAudio({ audios, graphics }: Devices): void {
  if (audios.length > 0) return;
  const has = (wanted: string): boolean => graphics.some(({ type }) => type === wanted);
  const type = has('spice') ? 'spice' : has('sdl') ? 'sdl' : 'none';
  if (type !== 'none' || has('vnc') || graphics.length === 0) audios.push(audio.create({ id: 1, type }));
}
