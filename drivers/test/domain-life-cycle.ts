/** The life-cycle calls: start, stop, pause, reboot and the rest. What is allowed when is life-cycle.ts's business. */
import type { DomainRef, DriverSlots } from '../driver.ts';
import {
  VIR_DOMAIN_DESTROY_GRACEFUL,
  VIR_DOMAIN_EVENT_CRASHED,
  VIR_DOMAIN_EVENT_CRASHED_PANICKED,
  VIR_DOMAIN_EVENT_ID_PMSUSPEND,
  VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK,
  VIR_DOMAIN_EVENT_ID_PMWAKEUP,
  VIR_DOMAIN_EVENT_ID_REBOOT,
  VIR_DOMAIN_EVENT_PMSUSPENDED,
  VIR_DOMAIN_EVENT_PMSUSPENDED_DISK,
  VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY,
  VIR_DOMAIN_EVENT_RESUMED,
  VIR_DOMAIN_EVENT_RESUMED_UNPAUSED,
  VIR_DOMAIN_EVENT_STARTED,
  VIR_DOMAIN_EVENT_STARTED_WAKEUP,
  VIR_DOMAIN_EVENT_SUSPENDED,
  VIR_DOMAIN_EVENT_SUSPENDED_PAUSED,
  VIR_DOMAIN_PAUSED,
  VIR_DOMAIN_PAUSED_STARTING_UP,
  VIR_DOMAIN_REBOOT_ACPI_POWER_BTN,
  VIR_DOMAIN_REBOOT_GUEST_AGENT,
  VIR_DOMAIN_REBOOT_INITCTL,
  VIR_DOMAIN_REBOOT_PARAVIRT,
  VIR_DOMAIN_REBOOT_SIGNAL,
  VIR_DOMAIN_RUNNING_BOOTED,
  VIR_DOMAIN_SHUTOFF,
  VIR_DOMAIN_SHUTOFF_DESTROYED,
  VIR_DOMAIN_START_AUTODESTROY,
  VIR_DOMAIN_START_BYPASS_CACHE,
  VIR_DOMAIN_START_FORCE_BOOT,
  VIR_DOMAIN_START_PAUSED,
  VIR_DOMAIN_START_RESET_NVRAM,
  VIR_DOMAIN_START_VALIDATE,
  VIR_NODE_SUSPEND_TARGET_DISK,
} from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { emitLifeCycle, startAndTell, stopAndTell } from './domain-run.ts';
import { checkFlags, testError } from './errors.ts';
import { decide, decideAction, isRefusal, type Operation, type StateAndReason } from './life-cycle.ts';
import type { TestNode } from './node.ts';
import type { SessionContext } from './session.ts';

const startFlags =
  VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY | VIR_DOMAIN_START_BYPASS_CACHE | VIR_DOMAIN_START_FORCE_BOOT;
const powerFlags =
  VIR_DOMAIN_REBOOT_ACPI_POWER_BTN |
  VIR_DOMAIN_REBOOT_GUEST_AGENT |
  VIR_DOMAIN_REBOOT_INITCTL |
  VIR_DOMAIN_REBOOT_SIGNAL |
  VIR_DOMAIN_REBOOT_PARAVIRT;

/** The state after `operation` on this guest, null where it stays. Throws where the table refuses. */
export function nextState(domain: DomainObj, operation: Operation): StateAndReason | null {
  const decision = decide(domain.state.state, operation);
  if (isRefusal(decision)) throw testError(decision.code, decision.message.replace('%', domain.name));
  return decision;
}

/** The life-cycle slots of one session; `session` is told of guests that are to end with it. */
export function domainLifeCycleSlots(node: TestNode, session: SessionContext): DriverSlots {
  const life = new DomainLifeCycle(node, session);
  const { domainOf } = node;
  return {
    domainCreate: async ({ dom }) => void life.create(domainOf(dom), 0),
    domainCreateWithFlags: async ({ dom, flags }) => life.create(domainOf(dom), flags),
    domainCreateWithFiles: async ({ dom, flags }) => life.create(domainOf(dom), flags),
    domainCreateXml: async ({ xmlDesc, flags }) => life.createXml(xmlDesc, flags),
    domainCreateXmlWithFiles: async ({ xmlDesc, flags }) => life.createXml(xmlDesc, flags),
    domainSuspend: async ({ dom }) => life.suspend(domainOf(dom)),
    domainResume: async ({ dom }) => life.resume(domainOf(dom)),
    domainShutdown: async ({ dom }) => life.shutdown(domainOf(dom), 0),
    domainShutdownFlags: async ({ dom, flags }) => life.shutdown(domainOf(dom), flags),
    domainReboot: async ({ dom, flags }) => life.reboot(domainOf(dom), flags),
    domainReset: async ({ dom, flags }) => life.reset(domainOf(dom), flags),
    domainDestroy: async ({ dom }) => life.destroy(domainOf(dom), 0),
    domainDestroyFlags: async ({ dom, flags }) => life.destroy(domainOf(dom), flags),
    domainPmSuspendForDuration: async ({ dom, target, duration, flags }) =>
      life.pmSuspend(domainOf(dom), target, duration, flags),
    domainPmWakeup: async ({ dom, flags }) => life.pmWakeup(domainOf(dom), flags),
    domainInjectNmi: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainInjectNMI');
      domainOf(dom).assertActive();
    },
  };
}

class DomainLifeCycle {
  readonly #node: TestNode;
  readonly #session: SessionContext;

  constructor(node: TestNode, session: SessionContext) {
    this.#node = node;
    this.#session = session;
  }

  create(domain: DomainObj, flags: number): DomainRef {
    checkFlags(flags, startFlags | VIR_DOMAIN_START_RESET_NVRAM, 'domainCreateWithFlags');
    nextState(domain, 'create');
    this.#start(domain, flags);
    return domain.ref;
  }

  createXml(xml: string, flags: number): DomainRef {
    checkFlags(flags, startFlags | VIR_DOMAIN_START_RESET_NVRAM | VIR_DOMAIN_START_VALIDATE, 'domainCreateXML');
    const config = DomainConfig.parse(xml, { validates: (flags & VIR_DOMAIN_START_VALIDATE) !== 0 });
    const domain = this.#node.claimLive(config.withInterfaceNames());
    this.#start(domain, flags);
    return domain.ref;
  }

  #start(domain: DomainObj, flags: number): void {
    startAndTell(this.#node, domain, VIR_DOMAIN_RUNNING_BOOTED);
    if (flags & VIR_DOMAIN_START_PAUSED) {
      domain.setState({ state: VIR_DOMAIN_PAUSED, reason: VIR_DOMAIN_PAUSED_STARTING_UP });
      emitLifeCycle(this.#node, domain, VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
    }
    if (flags & VIR_DOMAIN_START_AUTODESTROY) this.#endWithSession(domain);
  }

  #endWithSession(domain: DomainObj): void {
    const { id } = domain;
    this.#session.onEnd(() => {
      if (domain.id === id) stopAndTell(this.#node, domain, VIR_DOMAIN_SHUTOFF_DESTROYED);
    });
  }

  suspend(domain: DomainObj): void {
    domain.setState(nextState(domain, 'suspend')!);
    emitLifeCycle(this.#node, domain, VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
  }

  resume(domain: DomainObj): void {
    domain.setState(nextState(domain, 'resume')!);
    emitLifeCycle(this.#node, domain, VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
  }

  shutdown(domain: DomainObj, flags: number): void {
    checkFlags(flags, powerFlags, 'domainShutdownFlags');
    nextState(domain, 'shutdown');
    this.#afterGuest(domain, decideAction('poweroff', domain.config.onPoweroff));
  }

  reboot(domain: DomainObj, flags: number): void {
    checkFlags(flags, powerFlags, 'domainReboot');
    nextState(domain, 'reboot');
    this.#afterGuest(domain, decideAction('reboot', domain.config.onReboot));
  }

  /** The guest left its system: it stops, or begins anew. */
  #afterGuest(domain: DomainObj, next: StateAndReason): void {
    if (next.state === VIR_DOMAIN_SHUTOFF) {
      stopAndTell(this.#node, domain, next.reason);
      return;
    }
    domain.setState(next);
    domain.resetRunTime(0);
    this.#emit(domain, VIR_DOMAIN_EVENT_ID_REBOOT, {});
  }

  reset(domain: DomainObj, flags: number): void {
    checkFlags(flags, 0, 'domainReset');
    nextState(domain, 'reset');
    domain.resetRunTime(0);
    this.#emit(domain, VIR_DOMAIN_EVENT_ID_REBOOT, {});
  }

  destroy(domain: DomainObj, flags: number): void {
    checkFlags(flags, VIR_DOMAIN_DESTROY_GRACEFUL, 'domainDestroyFlags');
    stopAndTell(this.#node, domain, nextState(domain, 'destroy')!.reason);
  }

  pmSuspend(domain: DomainObj, target: number, duration: bigint, flags: number): void {
    checkFlags(flags, 0, 'domainPMSuspendForDuration');
    if (duration !== 0n) {
      throw testError('VIR_ERR_ARGUMENT_UNSUPPORTED', 'Duration not supported. Use 0 for now');
    }
    domain.setState(nextState(domain, 'pmSuspend')!);
    const toDisk = target === VIR_NODE_SUSPEND_TARGET_DISK;
    const detail = toDisk ? VIR_DOMAIN_EVENT_PMSUSPENDED_DISK : VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY;
    emitLifeCycle(this.#node, domain, VIR_DOMAIN_EVENT_PMSUSPENDED, detail);
    this.#emit(domain, toDisk ? VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK : VIR_DOMAIN_EVENT_ID_PMSUSPEND, { reason: 0 });
  }

  pmWakeup(domain: DomainObj, flags: number): void {
    checkFlags(flags, 0, 'domainPMWakeup');
    domain.setState(nextState(domain, 'pmWakeup')!);
    emitLifeCycle(this.#node, domain, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_WAKEUP);
    this.#emit(domain, VIR_DOMAIN_EVENT_ID_PMWAKEUP, { reason: 0 });
  }

  #emit(domain: DomainObj, eventId: number, payload: Record<string, unknown>): void {
    this.#node.events.emit({ family: 'domain', eventId, payload: { dom: domain.ref, ...payload } });
  }
}

/** Makes a guest crash by itself, for tests: what follows is what its `on_crash` says. */
export function crashDomain(node: TestNode, domainName: string): void {
  const domain = node.domains.byName(domainName);
  if (!domain) throw testError('VIR_ERR_NO_DOMAIN', `Domain not found: ${domainName}`);
  nextState(domain, 'crash');
  const next = decideAction('crash', domain.config.onCrash);
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_CRASHED, VIR_DOMAIN_EVENT_CRASHED_PANICKED);
  if (next.state === VIR_DOMAIN_SHUTOFF) stopAndTell(node, domain, next.reason);
  else domain.setState(next);
}
