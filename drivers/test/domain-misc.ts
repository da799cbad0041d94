/** What is left of the guest calls: life-cycle actions, security labels, messages, jobs, dirty rates. */
import type { DriverSlots } from '../driver.ts';
import type { DomainGetJobInfoResult } from '../driver-slots.gen.ts';
import {
  VIR_DOMAIN_AFFECT_CONFIG,
  VIR_DOMAIN_AFFECT_LIVE,
  VIR_DOMAIN_JOB_NONE,
  VIR_DOMAIN_JOB_STATS_COMPLETED,
  VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
  VIR_DOMAIN_JOB_UNBOUNDED,
  VIR_DOMAIN_MESSAGE_DEPRECATION,
  VIR_DOMAIN_MESSAGE_TAINTING,
} from '../enums.gen.ts';
import type { DomainConfig } from './domain-config.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

const events = ['poweroff', 'reboot', 'crash'] as const;
const actions = ['destroy', 'restart', 'rename-restart', 'preserve', 'coredump-destroy', 'coredump-restart'] as const;
/** The actions that leave a core dump are for crashes only. */
const plainActions = actions.slice(0, 4);

/** The rest. */
export function domainMiscSlots(node: TestNode): DriverSlots {
  return { ...settingSlots(node), ...securitySlots(node), ...jobSlots(node) };
}

function settingSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainSetLifecycleAction: async ({ dom, type, action, flags }) => {
      checkFlags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, 'domainSetLifecycleAction');
      const domain = domainOf(dom);
      const change = actionChange(type, action);
      domain.editConfig(domain.targets(flags), change);
    },
    domainGetMessages: async ({ dom, flags }) => {
      checkFlags(flags, VIR_DOMAIN_MESSAGE_DEPRECATION | VIR_DOMAIN_MESSAGE_TAINTING, 'domainGetMessages');
      const { config } = domainOf(dom);
      const all = flags === 0;
      return [
        ...(all || flags & VIR_DOMAIN_MESSAGE_TAINTING ? taints(config).map((text) => `tainted: ${text}`) : []),
        ...(all || flags & VIR_DOMAIN_MESSAGE_DEPRECATION
          ? deprecations(config).map((text) => `deprecated configuration: ${text}`)
          : []),
      ];
    },
    domainStartDirtyRateCalc: async ({ dom, seconds, flags }) => {
      checkFlags(flags, 0x7, 'domainStartDirtyRateCalc');
      const domain = domainOf(dom);
      domain.assertActive();
      if (seconds < 1 || seconds > 60) {
        throw testError('VIR_ERR_INVALID_ARG', `seconds=${seconds} is invalid, please choose value within [1, 60].`);
      }
      domain.dirtyRate = { startSeconds: Math.floor(node.clock.nowMs() / 1000), periodSeconds: seconds };
    },
  };
}

function actionChange(type: number, action: number): (config: DomainConfig) => DomainConfig {
  const event = events[type];
  const word = actions[action];
  if (event === undefined || word === undefined) {
    throw testError('VIR_ERR_INVALID_ARG', `unknown life-cycle event ${type} or action ${action}`);
  }
  if (event === 'crash') {
    return (config) => config.edit((def) => void (def.onCrash = word));
  }
  const plain = plainActions.find((one) => one === word) as Exclude<typeof word, `coredump-${string}`> | undefined;
  if (plain === undefined) {
    throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `Lifecycle event '${event}' doesn't support '${word}' action`);
  }
  return (config) => config.edit((def) => void (def[event === 'poweroff' ? 'onPoweroff' : 'onReboot'] = plain));
}

function taints({ def }: DomainConfig): string[] {
  const disks = def.devices?.disks ?? [];
  const found = [
    disks.some(({ rawio }) => rawio === true) && 'running with undesirable elevated privileges',
    (def.devices?.interfaces ?? []).some(({ script }) => script !== undefined) &&
      'network configuration using opaque shell scripts',
    disks.some(({ device, type, source }) => device === 'cdrom' && type === 'block' && source?.dev !== undefined) &&
      'CDROM passthrough',
    def.os?.dtb !== undefined && 'custom device tree blob',
    deprecations({ def } as DomainConfig).length > 0 && 'use of deprecated configuration settings',
  ];
  return found.filter((text) => text !== false);
}

/** One CPU model is deprecated, so that there is something to warn of. */
function deprecations({ def }: DomainConfig): string[] {
  return def.cpu?.model?.name === 'Deprecated-Test' ? ['CPU model Deprecated-Test'] : [];
}

function securitySlots(node: TestNode): DriverSlots {
  const label = (dom: Parameters<TestNode['domainOf']>[0]): { label: string; enforcing: number } =>
    node.domainOf(dom).isActive ? { label: 'libvirt-test', enforcing: 1 } : { label: '', enforcing: 0 };
  return {
    domainGetSecurityLabel: async ({ dom }) => label(dom),
    domainGetSecurityLabelList: async ({ dom }) => [label(dom)],
    domainGetLaunchSecurityInfo: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetLaunchSecurityInfo');
      node.domainOf(dom);
      return [];
    },
  };
}

const noJob: DomainGetJobInfoResult = {
  type: VIR_DOMAIN_JOB_NONE,
  timeElapsed: 0n,
  timeRemaining: 0n,
  dataTotal: 0n,
  dataProcessed: 0n,
  dataRemaining: 0n,
  memTotal: 0n,
  memProcessed: 0n,
  memRemaining: 0n,
  fileTotal: 0n,
  fileProcessed: 0n,
  fileRemaining: 0n,
};

/** Operations of a test guest are over when their call returns; only a backup that is pulled is a job to be aborted. */
function jobSlots(node: TestNode): DriverSlots {
  const jobType = (dom: Parameters<TestNode['domainOf']>[0]): number =>
    node.domainOf(dom).backup ? VIR_DOMAIN_JOB_UNBOUNDED : VIR_DOMAIN_JOB_NONE;
  const abort = (dom: Parameters<TestNode['domainOf']>[0]): void => {
    const domain = node.domainOf(dom);
    domain.assertActive();
    if (!domain.backup) throw testError('VIR_ERR_OPERATION_INVALID', 'no job is active on the domain');
    domain.backup = null;
  };
  return {
    domainGetJobInfo: async ({ dom }) => ({ ...noJob, type: jobType(dom) }),
    domainGetJobStats: async ({ dom, flags }) => {
      checkFlags(flags, VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED, 'domainGetJobStats');
      return { type: flags & VIR_DOMAIN_JOB_STATS_COMPLETED ? VIR_DOMAIN_JOB_NONE : jobType(dom), params: [] };
    },
    domainAbortJob: async ({ dom }) => abort(dom),
    domainAbortJobFlags: async ({ dom, flags }) => {
      checkFlags(flags, 1, 'domainAbortJobFlags');
      abort(dom);
    },
  };
}
