/** What a guest's agent and its hardware clock remember: time, frozen file systems, users' keys. */
import { testError } from './errors.ts';

/** Where a guest's file systems are mounted; every test guest has these two. */
export const mountpoints = ['/', '/boot'] as const;

/** The time that a guest's clock shows before anyone sets it. */
const firstSecond = 627_319_920n;

export class GuestAgent {
  time = { seconds: firstSecond, nseconds: 0 };
  responseTimeoutSeconds = -2;
  readonly offlineVcpus = new Set<number>();
  readonly #frozen = new Set<string>();
  readonly #sshKeys = new Map<string, string[]>();

  /** Freezes the named file systems, all where none is named. Answers how many became frozen. */
  freeze(wanted: readonly string[]): number {
    return this.#change(wanted, (mountpoint) => {
      if (this.#frozen.has(mountpoint)) return false;
      this.#frozen.add(mountpoint);
      return true;
    });
  }

  thaw(wanted: readonly string[]): number {
    return this.#change(wanted, (mountpoint) => this.#frozen.delete(mountpoint));
  }

  assertMountpoint(mountpoint: string): void {
    if ((mountpoints as readonly string[]).includes(mountpoint)) return;
    throw testError('VIR_ERR_OPERATION_INVALID', `mount point not found: ${mountpoint}`);
  }

  setVcpu(vcpu: number, isOnline: boolean): void {
    if (isOnline) this.offlineVcpus.delete(vcpu);
    else this.offlineVcpus.add(vcpu);
  }

  sshKeys(user: string): string[] {
    return this.#sshKeys.get(user) ?? [];
  }

  setSshKeys(user: string, keys: string[]): void {
    this.#sshKeys.set(user, keys);
  }

  /** All or nothing: an unknown mount point changes none. */
  #change(wanted: readonly string[], apply: (mountpoint: string) => boolean): number {
    for (const mountpoint of wanted) this.assertMountpoint(mountpoint);
    return (wanted.length === 0 ? mountpoints : wanted).filter((mountpoint) => apply(mountpoint)).length;
  }
}
