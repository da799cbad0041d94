/** What the door adds to every call of a service, as its last argument. */

/** Absent when the host calls itself. */
export interface Call {
  /** Aborted when the caller cancels, or its window goes away. */
  signal?: AbortSignal | undefined;
}
