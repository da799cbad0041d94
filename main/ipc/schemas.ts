/** The door: one schema for the arguments of each method and each event. What is not listed here cannot be reached. */
import * as v from 'valibot';
import type { Services } from '../contract/index.ts';
import { settingsChangesSchema } from '../settings/schema.ts';

type MethodName<Service> = {
  [Key in keyof Service]: Key extends `onDid${string}` ? never : Key;
}[keyof Service];
type EventName<Service> = Exclude<keyof Service, MethodName<Service>>;

type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;
type EventArgumentsOf<Event> = Event extends (listener: never, ...args: infer Args) => unknown ? Args : never;

type Schema<Args> = v.GenericSchema<unknown, Args>;

/** Schemas of one service: `calls` by method, `events` by event without the listener. */
export interface ServiceSchemas<Service> {
  calls: { [Name in MethodName<Service>]: Schema<ArgumentsOf<Service[Name]>> };
  events: { [Name in EventName<Service>]: Schema<EventArgumentsOf<Service[Name]>> };
}

const none = v.strictTuple([]);
const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'not an id'));
const key = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\/[0-9a-f-]{36}$/, 'not the key of a guest'));
const poolKey = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\/[0-9a-f-]{36}$/, 'not the key of a storage pool'));
const ticket = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/, 'not a ticket'));
const uri = v.pipe(v.string(), v.maxLength(8192));
const connection = {
  uri,
  name: v.pipe(v.string(), v.maxLength(256)),
  autoconnect: v.boolean(),
  readonly: v.boolean(),
};
// Every message of its own: valibot's repeat what was sent, and this is a secret. One line is what log-ins read.
const secret = v.pipe(
  v.string('not a text'),
  v.maxLength(4096, 'longer than 4096 characters'),
  v.check((text) => !/[\0\r\n]/.test(text), 'more than one line'),
);
const promptAnswer = v.strictObject(
  {
    texts: v.pipe(v.array(secret, 'not a list'), v.maxLength(16, 'more than 16 texts')),
    isRemembered: v.boolean('not yes or no'),
  },
  'not an answer',
);
const operation = v.picklist([
  'create',
  'shutdown',
  'reboot',
  'reset',
  'destroy',
  'suspend',
  'resume',
  'managedSave',
  'managedSaveRemove',
  'undefine',
]);

// libvirt refuses these too, in words of its own; a name with a slash would be a path.
const volumeName = v.pipe(
  v.string(),
  v.minLength(1, 'is empty'),
  v.maxLength(255, 'is longer than 255 characters'),
  v.regex(/^[^/\0\r\n]+$/, 'has a slash or a line break'),
  v.check((text) => text !== '.' && text !== '..', 'is not a name'),
);
const fileBytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const grantedFile = v.strictObject({ kind: v.literal('granted'), token: ticket });
const newVolume = { name: volumeName, format: v.picklist(['raw', 'qcow2']) };

export const schemas: { [Name in keyof Services]: ServiceSchemas<Services[Name]> } = {
  application: {
    calls: { info: none, dismissNotice: v.strictTuple([id]) },
    events: {},
  },
  connections: {
    calls: {
      list: none,
      add: v.strictTuple([v.strictObject(connection)]),
      update: v.strictTuple([
        id,
        v.strictObject({
          uri: v.exactOptional(connection.uri),
          name: v.exactOptional(connection.name),
          autoconnect: v.exactOptional(connection.autoconnect),
          readonly: v.exactOptional(connection.readonly),
        }),
      ]),
      remove: v.strictTuple([id]),
      connect: v.strictTuple([id]),
      disconnect: v.strictTuple([id]),
      retryWaiting: none,
      checkUri: v.strictTuple([uri]),
      discover: none,
    },
    events: { onDidChange: none },
  },
  prompts: {
    calls: { answer: v.strictTuple([id, v.nullable(promptAnswer)]) },
    events: { onDidChange: none },
  },
  inventory: {
    calls: { history: v.strictTuple([key]) },
    events: { onDidChange: none, onDidSampleThroughput: none },
  },
  domains: {
    calls: {
      perform: v.strictTuple([key, operation]),
      details: v.strictTuple([key]),
      xml: v.strictTuple([key, v.picklist(['live', 'inactive'])]),
      screenshot: v.strictTuple([key]),
    },
    events: { onDidChangeDetails: v.strictTuple([key]) },
  },
  consoles: {
    calls: {
      open: v.strictTuple([key, v.pipe(v.string(), v.maxLength(256)), v.strictObject({ force: v.boolean() })]),
      close: v.strictTuple([ticket]),
    },
    events: { onDidEnd: none },
  },
  jobs: {
    calls: { list: none, cancel: v.strictTuple([id]), log: v.strictTuple([id]), clearEnded: none },
    events: { onDidChange: none },
  },
  storage: {
    calls: {
      listVolumes: v.strictTuple([poolKey]),
      refresh: v.strictTuple([poolKey]),
      createVolume: v.strictTuple([poolKey, v.strictObject({ ...newVolume, capacityBytes: fileBytes })]),
      deleteVolume: v.strictTuple([poolKey, v.string()]),
      upload: v.strictTuple([
        poolKey,
        v.strictObject(newVolume),
        v.variant('kind', [grantedFile, v.strictObject({ kind: v.literal('browser'), sizeBytes: fileBytes })]),
      ]),
      download: v.strictTuple([
        poolKey,
        v.string(),
        v.variant('kind', [grantedFile, v.strictObject({ kind: v.literal('browser') })]),
      ]),
    },
    events: { onDidChangeVolumes: v.strictTuple([poolKey]) },
  },
  settings: {
    calls: { get: none, update: v.strictTuple([settingsChangesSchema]) },
    events: { onDidChange: none },
  },
};
