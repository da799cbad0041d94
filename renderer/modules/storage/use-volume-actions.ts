/** What can be asked of a pool and its volumes. How transfers and jobs end is told by their tasks. */
import type { ConnectionStatus, ImageFormat } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { isCancelled, isDesktop, toContractError, useServices } from '../../shared/link/index.ts';
import { useNotices } from '../../shared/notices.ts';
import { useFrameStore } from '../../shared/frame.store.ts';
import { useHostState } from '../../shared/state/index.ts';
import type { ChosenFile } from './chosen-file.ts';
import { fetchFile, sendFile } from './send-file.ts';

export type VolumeAction = 'upload' | 'download' | 'create' | 'delete';

const slots: Record<VolumeAction, string> = {
  upload: 'storageVolUpload',
  download: 'storageVolDownload',
  create: 'storageVolCreateXml',
  delete: 'storageVolDelete',
};

/** Why an action cannot be asked, as a key below `refusal.`; null when it can. libvirt lets readers read no content. */
export function volumeRefusal(
  status: ConnectionStatus | undefined,
  action: VolumeAction,
): 'notConnected' | 'readonly' | 'unsupported' | null {
  if (status?.state.kind !== 'connected') return 'notConnected';
  if (status.state.readonly) return 'readonly';
  const supported = status.host?.supported ?? [];
  return supported.length > 0 && !supported.includes(slots[action]) ? 'unsupported' : null;
}

export interface VolumeActions {
  upload(poolKey: string, volume: { name: string; format: ImageFormat }, file: ChosenFile): Promise<void>;
  download(poolKey: string, name: string): Promise<void>;
  create(poolKey: string, volume: { name: string; format: ImageFormat; capacityBytes: number }): Promise<void>;
  remove(poolKey: string, name: string): Promise<void>;
}

/** To be called in a component's set-up. None of the actions fails: what goes wrong is told. */
export function useVolumeActions(): VolumeActions {
  const { storage } = useServices();
  const { jobs } = useHostState();
  const frame = useFrameStore();
  const notices = useNotices();

  async function telling(title: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!isCancelled(thrown)) notices.failure(title, toContractError(thrown));
    }
  }

  /** The host sees by itself that the file broke off, or does not come at all; its task says so. */
  async function send(body: Blob, name: string, ticket: string, jobId: string): Promise<void> {
    try {
      await sendFile(body, ticket, jobId, jobs);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      notices.failure(t('storageVol.sendFailed', { name }), {
        code: 'io',
        message: t('storageVol.sendFailedText', { reason }),
        hint: t('storageVol.sendFailedHint'),
      });
    }
  }

  return {
    upload: (poolKey, volume, { upload, body }) =>
      telling(t('storageVol.uploadFailed', { name: volume.name }), async () => {
        const { jobId, ticket } = await storage.upload(poolKey, volume, upload);
        frame.isTasksOpen = true;
        if (ticket !== null && body !== null) void send(body, volume.name, ticket, jobId);
      }),
    download: (poolKey, name) =>
      telling(t('storageVol.downloadFailed', { name }), async () => {
        const granted = isDesktop() ? ((await window.hostler?.chooseFile?.('download', name)) ?? null) : null;
        if (isDesktop() && granted === null) return;
        const file =
          granted === null ? { kind: 'browser' as const } : { kind: 'granted' as const, token: granted.token };
        const { ticket } = await storage.download(poolKey, name, file);
        frame.isTasksOpen = true;
        if (ticket !== null) fetchFile(ticket, name);
      }),
    create: (poolKey, volume) =>
      telling(t('storageVol.createFailed', { name: volume.name }), async () => {
        await storage.createVolume(poolKey, volume);
      }),
    remove: (poolKey, name) =>
      telling(t('storageVol.deleteFailed', { name }), async () => {
        await storage.deleteVolume(poolKey, name);
      }),
  };
}
