/** Options that only virtio devices have. */

interface VirtioOptions {
  iommu?: boolean | undefined;
  ats?: boolean | undefined;
  packed?: boolean | undefined;
  pagePerVq?: boolean | undefined;
}

/** The refusal where a device that is no virtio device has one of them. */
export function virtioOptionGiven(driver: VirtioOptions | undefined): string | undefined {
  if (driver?.iommu !== undefined) return 'iommu driver option is only supported for virtio devices';
  if (driver?.ats !== undefined) return 'ats driver option is only supported for virtio devices';
  if (driver?.packed !== undefined) return 'packed driver option is only supported for virtio devices';
  if (driver?.pagePerVq !== undefined) return 'page_per_vq option is only supported for virtio devices';
  return undefined;
}

/** Whether a model is one of virtio's. */
export const isVirtioModel = (model: string | undefined): boolean => model?.startsWith('virtio') === true;
