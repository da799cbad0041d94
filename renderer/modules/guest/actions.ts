/**
 * What can be done to a guest: name, icon, shortcut, danger, confirmation, each declared once for row menu, page,
 * palette, details panel and bulk bar. Names are below `action.<operation>` in the texts.
 */
import type { DomainOperation, GuestRow, Settings } from '../../../main/contract/index.ts';

/** `type-name`: the name has to be typed, because nothing brings it back. Else the setting that asks or not. */
export type Confirmation = 'never' | 'always' | 'type-name' | keyof Settings['confirm'];

export interface GuestAction {
  operation: DomainOperation;
  icon: string;
  /** In the notation of Nuxt UI's shortcuts; also what menus show. */
  keys: readonly string[];
  isDanger: boolean;
  confirm: Confirmation;
  /** Slots of the driver contract, any of which makes it possible. */
  slots: readonly string[];
}

function action(
  operation: DomainOperation,
  icon: string,
  keys: readonly string[],
  slots: readonly string[],
  confirm: Confirmation = 'never',
  isDanger = false,
): GuestAction {
  return { operation, icon, keys, slots, confirm, isDanger };
}

export const guestActions: readonly GuestAction[] = [
  action('create', 'i-lucide-play', ['alt', 'shift', 's'], ['domainCreate', 'domainCreateWithFlags']),
  action('resume', 'i-lucide-step-forward', ['alt', 'shift', 'u'], ['domainResume']),
  action('suspend', 'i-lucide-pause', ['alt', 'shift', 'p'], ['domainSuspend'], 'suspend'),
  action('shutdown', 'i-lucide-power', ['alt', 'shift', 'd'], ['domainShutdown', 'domainShutdownFlags'], 'shutdown'),
  action('reboot', 'i-lucide-rotate-cw', ['alt', 'shift', 'r'], ['domainReboot'], 'reboot'),
  action('managedSave', 'i-lucide-save', ['alt', 'shift', 'v'], ['domainManagedSave']),
  action('managedSaveRemove', 'i-lucide-eraser', [], ['domainManagedSaveRemove'], 'always', true),
  action('reset', 'i-lucide-zap', [], ['domainReset'], 'reset', true),
  action(
    'destroy',
    'i-lucide-power-off',
    ['alt', 'shift', 'f'],
    ['domainDestroy', 'domainDestroyFlags'],
    'destroy',
    true,
  ),
  action('undefine', 'i-lucide-trash-2', ['delete'], ['domainUndefine', 'domainUndefineFlags'], 'type-name', true),
];

const byOperation = new Map(guestActions.map((one) => [one.operation, one]));

export function actionOf(operation: DomainOperation): GuestAction {
  return byOperation.get(operation)!;
}

/** Menu order, in groups: start and stop, save, force, delete. */
export const actionGroups: readonly (readonly DomainOperation[])[] = [
  ['create', 'resume', 'suspend', 'shutdown', 'reboot'],
  ['managedSave', 'managedSaveRemove'],
  ['reset', 'destroy'],
  ['undefine'],
];

/** i18n key of an action's name. A guest with a saved state is restored by a start. */
export function actionLabelKey(operation: DomainOperation, guest?: Pick<GuestRow, 'hasManagedSave'>): string {
  return operation === 'create' && guest?.hasManagedSave === true
    ? 'action.create.restore'
    : `action.${operation}.label`;
}

/** What a person most likely wants next. */
export function primaryOperation(guest: Pick<GuestRow, 'state'>): DomainOperation {
  if (guest.state === 'shutoff' || guest.state === 'crashed' || guest.state === 'unknown') return 'create';
  return guest.state === 'paused' || guest.state === 'pmsuspended' ? 'resume' : 'shutdown';
}
