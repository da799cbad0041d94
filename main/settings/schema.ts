/** What settings may hold: their schema and their defaults. */
import * as v from 'valibot';
import type { Settings } from '../contract/index.ts';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

const confirmEntries = {
  destroy: v.boolean(),
  reset: v.boolean(),
  shutdown: v.boolean(),
  reboot: v.boolean(),
  suspend: v.boolean(),
};

const entries = {
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  language: v.pipe(v.string(), v.regex(/^(?:system|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$/)),
  statsIntervalSeconds: v.pipe(v.number(), v.minValue(1), v.maxValue(60)),
  confirm: v.strictObject(confirmEntries),
  guestColumns: v.pipe(v.array(name), v.maxLength(64)),
  keepAlive: v.strictObject({
    intervalSeconds: v.pipe(v.number(), v.minValue(0.2), v.maxValue(600)),
    count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  }),
  autoconnect: v.boolean(),
};

/** One schema per setting, so that one bad value does not cost the others. */
export const settingSchemas: { [Key in keyof Settings]: v.GenericSchema<unknown, Settings[Key]> } = entries;

/** Changes as the renderer sends them: any subset, nothing else. */
export const settingsChangesSchema: v.GenericSchema<unknown, Partial<Settings>> = v.strictObject({
  theme: v.exactOptional(entries.theme),
  density: v.exactOptional(entries.density),
  language: v.exactOptional(entries.language),
  statsIntervalSeconds: v.exactOptional(entries.statsIntervalSeconds),
  confirm: v.exactOptional(entries.confirm),
  guestColumns: v.exactOptional(entries.guestColumns),
  keepAlive: v.exactOptional(entries.keepAlive),
  autoconnect: v.exactOptional(entries.autoconnect),
});

export const defaultSettings: Settings = {
  theme: 'system',
  density: 'comfortable',
  language: 'system',
  statsIntervalSeconds: 2,
  confirm: { destroy: true, reset: true, shutdown: false, reboot: false, suspend: false },
  guestColumns: ['name', 'state', 'host', 'cpu', 'memory'],
  keepAlive: { intervalSeconds: 5, count: 5 },
  autoconnect: true,
};
