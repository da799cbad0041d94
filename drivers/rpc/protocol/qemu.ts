/** The qemu program: monitor and guest agent passed through. */
import { call, event, highCall, hyper, int, optional, optionalString, string, uint, type TableFile } from './dsl.ts';
import { domain } from './refs.ts';

export const qemuTable: TableFile = {
  file: 'qemu',
  program: 'qemu',
  structs: [],
  procedures: [
    call(
      1,
      'domain_monitor_command',
      { dom: domain, cmd: string, flags: uint },
      { result: string },
      { api: 'virDomainQemuMonitorCommand' },
    ),
    call(2, 'domain_attach', { pid_value: uint, flags: uint }, { dom: domain }, { api: 'virDomainQemuAttach' }),
    call(
      3,
      'domain_agent_command',
      { dom: domain, cmd: string, timeout: int, flags: uint },
      { result: optionalString },
      { api: 'virDomainQemuAgentCommand' },
    ),
    highCall(
      4,
      'connect_domain_monitor_event_register',
      { dom: optional(domain), event: optionalString, flags: uint },
      { callbackID: int },
      { api: 'virConnectDomainQemuMonitorEventRegister' },
    ),
    highCall(
      5,
      'connect_domain_monitor_event_deregister',
      { callbackID: int },
      {},
      { api: 'virConnectDomainQemuMonitorEventDeregister' },
    ),
    event(
      6,
      'domain_monitor_event',
      { callbackID: int, dom: domain, event: string, seconds: hyper, micros: uint, details: optionalString },
      'qemuMonitor',
      0,
    ),
    call(
      7,
      'domain_monitor_command_with_files',
      { dom: domain, cmd: string, flags: uint },
      { result: string },
      { fds: 'both', api: 'virDomainQemuMonitorCommandWithFiles' },
    ),
  ],
};
