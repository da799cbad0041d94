/**
 * The page's commands that appear in the application menu. The page declares an action once (name, shortcut, whether it
 * can be done now) and publishes it here; choosing it sends its id back. What the page sends is validated like any input.
 */
import * as v from 'valibot';
import type { MenuCommand } from '../main/contract/index.ts';

const commandSchema: v.GenericSchema<unknown, MenuCommand> = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[\w.:-]{1,80}$/, 'not a command id')),
  menu: v.picklist(['file', 'view', 'guest', 'help']),
  label: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
  enabled: v.boolean(),
  accelerator: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9+?,./\\[\]=-]{1,60}$/, 'not a shortcut'))),
  startsGroup: v.exactOptional(v.boolean()),
});

const commandsSchema = v.pipe(v.array(commandSchema), v.maxLength(100));

/** The commands in a message, or null where it is none. */
export function menuCommandsOf(message: unknown): MenuCommand[] | null {
  const result = v.safeParse(commandsSchema, message);
  return result.success ? result.output : null;
}
