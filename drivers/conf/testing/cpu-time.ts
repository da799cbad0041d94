/** The clock of tests that bound work: what others do on the machine does not count. */

/** Milliseconds of processor time that this thread has used. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
