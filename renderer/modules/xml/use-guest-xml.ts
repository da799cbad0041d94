/** A guest's XML as a resource: read when looked at, read again when the guest changed, the last good one kept meanwhile. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ContractError, DomainXml } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';

export type XmlView = DomainXml['view'];

export interface GuestXml {
  /** Null until the first answer for this guest and view. */
  xml: ShallowRef<string | null>;
  error: ShallowRef<ContractError | null>;
  isLoading: ShallowRef<boolean>;
  reload(): Promise<void>;
}

export function useGuestXml(key: Ref<string>, view: Ref<XmlView>): GuestXml {
  const { domains } = useServices();
  const xml = shallowRef<string | null>(null);
  const error = shallowRef<ContractError | null>(null);
  const isLoading = shallowRef(false);
  let reading = new AbortController();

  async function reload(): Promise<void> {
    reading.abort();
    const { signal } = (reading = new AbortController());
    isLoading.value = true;
    try {
      const answer = await domains.xml(key.value, view.value, signal);
      if (signal.aborted) return;
      xml.value = answer.xml;
      error.value = null;
    } catch (thrown) {
      if (!signal.aborted && !isCancelled(thrown)) error.value = toContractError(thrown);
    } finally {
      if (!signal.aborted) isLoading.value = false;
    }
  }

  watch(
    [key, view],
    (_now, _before, onCleanup) => {
      xml.value = null;
      error.value = null;
      onCleanup(domains.onDidChangeDetails(() => void reload(), key.value));
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => reading.abort());
  return { xml, error, isLoading, reload };
}
