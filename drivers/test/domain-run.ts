/** Starting and stopping a guest, shared by every operation that ends in one of the two. */
import {
  VIR_DOMAIN_EVENT_ID_LIFECYCLE,
  VIR_DOMAIN_EVENT_STARTED,
  VIR_DOMAIN_EVENT_STARTED_BOOTED,
  VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT,
  VIR_DOMAIN_EVENT_STARTED_RESTORED,
  VIR_DOMAIN_EVENT_STOPPED,
  VIR_DOMAIN_EVENT_STOPPED_CRASHED,
  VIR_DOMAIN_EVENT_STOPPED_DESTROYED,
  VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT,
  VIR_DOMAIN_EVENT_STOPPED_SAVED,
  VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN,
  VIR_DOMAIN_RUNNING,
  VIR_DOMAIN_RUNNING_FROM_SNAPSHOT,
  VIR_DOMAIN_RUNNING_RESTORED,
  VIR_DOMAIN_SHUTOFF,
  VIR_DOMAIN_SHUTOFF_CRASHED,
  VIR_DOMAIN_SHUTOFF_DESTROYED,
  VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT,
  VIR_DOMAIN_SHUTOFF_SAVED,
} from '../enums.gen.ts';
import type { DomainObj } from './domain-obj.ts';
import type { StateAndReason } from './life-cycle.ts';
import type { TestNode } from './node.ts';

/** Tells listeners of a change in a guest's life. */
export function emitLifeCycle(node: TestNode, domain: DomainObj, event: number, detail: number): void {
  node.events.emit({
    family: 'domain',
    eventId: VIR_DOMAIN_EVENT_ID_LIFECYCLE,
    payload: { dom: domain.ref, event, detail },
  });
}

/** Gives a guest an id and its running definition. The state is running with that reason; no event is sent. */
export function startDomain(node: TestNode, domain: DomainObj, reason: number): void {
  domain.id = node.takeDomainId();
  domain.setState({ state: VIR_DOMAIN_RUNNING, reason });
  domain.resetRunTime(0);
  domain.beginLiveConfig();
  domain.managedSave = null;
  domain.isAutostartOnce = false;
}

export interface StopOptions {
  /** The guest is about to start again: a transient one stays in the list. */
  staysListed?: boolean;
}

/** Takes the guest's process away. A transient guest leaves the list. No event is sent. */
function stopDomain(node: TestNode, domain: DomainObj, next: StateAndReason, { staysListed }: StopOptions): void {
  domain.setState(next);
  domain.endLiveConfig();
  domain.id = -1;
  domain.resetRunTime(0);
  for (const console of domain.consoles.values()) console.end();
  domain.consoles.clear();
  domain.backup = null;
  if (!domain.isPersistent && staysListed !== true) node.domains.remove(domain);
}

/** Stops a guest and says so, with the detail that belongs to the reason. */
export function stopAndTell(node: TestNode, domain: DomainObj, reason: number, options: StopOptions = {}): void {
  stopDomain(node, domain, { state: VIR_DOMAIN_SHUTOFF, reason }, options);
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_STOPPED, stoppedDetail(reason));
}

/** Starts a guest and says so, with the detail that belongs to the reason. */
export function startAndTell(node: TestNode, domain: DomainObj, reason: number): void {
  startDomain(node, domain, reason);
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_STARTED, startedDetail(reason));
}

function stoppedDetail(reason: number): number {
  switch (reason) {
    case VIR_DOMAIN_SHUTOFF_DESTROYED:
      return VIR_DOMAIN_EVENT_STOPPED_DESTROYED;
    case VIR_DOMAIN_SHUTOFF_CRASHED:
      return VIR_DOMAIN_EVENT_STOPPED_CRASHED;
    case VIR_DOMAIN_SHUTOFF_SAVED:
      return VIR_DOMAIN_EVENT_STOPPED_SAVED;
    case VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT:
      return VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT;
    default:
      return VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN;
  }
}

function startedDetail(reason: number): number {
  switch (reason) {
    case VIR_DOMAIN_RUNNING_RESTORED:
      return VIR_DOMAIN_EVENT_STARTED_RESTORED;
    case VIR_DOMAIN_RUNNING_FROM_SNAPSHOT:
      return VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT;
    default:
      return VIR_DOMAIN_EVENT_STARTED_BOOTED;
  }
}
