/** What is refused of devices other than disks, character devices and devices of the host. */
import type { ParseContext } from '../../schema/index.ts';
import type { Filesystem } from '../devices/filesystem.ts';
import type { Vsock } from '../devices/misc.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, duplicate, runChecks, unsupported, withCode } from './check.ts';
import { controllerChecks } from './controllers.ts';
import { graphicsChecks, videoChecks } from './displays.ts';
import { hubChecks, inputChecks } from './inputs.ts';
import { interfaceChecks } from './interfaces.ts';
import { memoryChecks, shmemChecks } from './memory-devices.ts';
import { hasUsb } from './usb.ts';
import { isVirtioModel, virtioOptionGiven } from './virtio.ts';

const filesystemChecks: readonly Check<Filesystem>[] = [
  withCode(
    'VIR_ERR_NO_TARGET',
    ({ target, source }) => target === undefined && `missing target information for device ${source?.dir ?? ''}`.trim(),
  ),
  unsupported(
    ({ boot, driver }) =>
      boot !== undefined && driver?.type !== 'virtiofs' && 'boot order is only supported for virtiofs',
  ),
];

const vsockChecks: readonly Check<Vsock>[] = [
  unsupported(({ model, driver }) => !isVirtioModel(model) && virtioOptionGiven(driver)),
];

export function validateDevices(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const each = <T extends object>(checks: readonly Check<T>[], subjects: readonly T[]): void =>
    subjects.forEach((subject) => runChecks(checks, subject, def, context));
  each(controllerChecks, devices.controllers);
  each(interfaceChecks, devices.interfaces);
  each(videoChecks, devices.videos);
  each(inputChecks, devices.inputs);
  each(hubChecks, devices.hubs);
  each(memoryChecks, devices.memories);
  each(shmemChecks, devices.shmems);
  each(filesystemChecks, devices.filesystems);
  each(graphicsChecks, devices.graphics);
  if (devices.vsock !== undefined) runChecks(vsockChecks, devices.vsock, def, context);
  for (const one of devices.redirdevs) {
    if (!hasUsb(def))
      context.refuse(
        'cannot add redirected USB device: USB is disabled for this domain',
        one,
        'VIR_ERR_CONFIG_UNSUPPORTED',
      );
  }
  for (const one of devices.smartcards) {
    if (one.address !== undefined && one.address.type !== 'ccid')
      context.refuse("Controllers must use the 'ccid' address type", one, 'VIR_ERR_CONFIG_UNSUPPORTED');
  }
  for (const one of devices.sounds) {
    if (one.audio !== undefined && !devices.audios.some(({ id }) => id === one.audio?.id))
      context.refuse(`no audio device with ID ${one.audio.id}`, one);
  }
  const audio = duplicate(devices.audios.map(({ id }) => id));
  if (audio !== undefined) context.refuse(`audio ID ${audio} is used multiple times`, devices);
  const tag = duplicate(
    devices.filesystems.filter(({ driver }) => driver?.type === 'virtiofs').map(({ target }) => target?.dir),
  );
  if (tag !== undefined)
    context.refuse(`filesystem target '${tag}' specified twice`, devices, 'VIR_ERR_CONFIG_UNSUPPORTED');
}
