/** Settings of guests that are lists of typed parameters: scheduler, block I/O, NUMA, bandwidth, performance events. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import { VIR_DOMAIN_AFFECT_CONFIG, VIR_DOMAIN_AFFECT_LIVE, VIR_TYPED_PARAM_STRING_OKAY } from '../enums.gen.ts';
import {
  VIR_DOMAIN_BANDWIDTH_IN_AVERAGE,
  VIR_DOMAIN_BANDWIDTH_IN_BURST,
  VIR_DOMAIN_BANDWIDTH_IN_FLOOR,
  VIR_DOMAIN_BANDWIDTH_IN_PEAK,
  VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE,
  VIR_DOMAIN_BANDWIDTH_OUT_BURST,
  VIR_DOMAIN_BANDWIDTH_OUT_PEAK,
  VIR_DOMAIN_BLKIO_DEVICE_READ_BPS,
  VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS,
  VIR_DOMAIN_BLKIO_DEVICE_WEIGHT,
  VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS,
  VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS,
  VIR_DOMAIN_BLKIO_WEIGHT,
  VIR_DOMAIN_NUMA_MODE,
  VIR_DOMAIN_NUMA_NODESET,
  VIR_DOMAIN_SCHEDULER_WEIGHT,
} from '../typed-params.gen.ts';
import { formatCpus, parseCpus } from './cpu-map.ts';
import type { DomainConfig } from './domain-config.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { perfEventNames } from './perf-events.ts';
import { TypedValues } from './typed-values.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
const readFlags = affectFlags | VIR_TYPED_PARAM_STRING_OKAY;

/** Typed settings. */
export function domainTuningSlots(node: TestNode): DriverSlots {
  return {
    ...schedulerSlots(node),
    ...blkioSlots(node),
    ...numaSlots(node),
    ...bandwidthSlots(node),
    ...perfSlots(node),
  };
}

function schedulerSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  const read = (dom: Parameters<typeof domainOf>[0]): TypedParam[] => [
    { field: VIR_DOMAIN_SCHEDULER_WEIGHT, type: 'uint', value: domainOf(dom).schedulerWeight },
  ];
  const write = (dom: Parameters<typeof domainOf>[0], params: TypedParam[]): void => {
    const values = new TypedValues(params, { [VIR_DOMAIN_SCHEDULER_WEIGHT]: 'uint' });
    const domain = domainOf(dom);
    domain.schedulerWeight = values.number(VIR_DOMAIN_SCHEDULER_WEIGHT) ?? domain.schedulerWeight;
  };
  return {
    domainGetSchedulerType: async ({ dom }) => {
      domainOf(dom);
      return { type: 'fair', nparams: 1 };
    },
    domainGetSchedulerParameters: async ({ dom }) => read(dom),
    domainGetSchedulerParametersFlags: async ({ dom, flags }) => {
      checkFlags(flags, readFlags, 'domainGetSchedulerParametersFlags');
      return read(dom);
    },
    domainSetSchedulerParameters: async ({ dom, params }) => write(dom, params),
    domainSetSchedulerParametersFlags: async ({ dom, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetSchedulerParametersFlags');
      write(dom, params);
    },
  };
}

type BlkioDevice = NonNullable<DomainConfig['def']['blkiotune']>['devices'][number];
type BlkioKey = 'weight' | 'readIopsSec' | 'writeIopsSec' | 'readBytesSec' | 'writeBytesSec';
/** Each is a text of paths and numbers in turn: `/dev/sda,100,/dev/sdb,200`. */
const blkioDeviceFields: readonly (readonly [field: string, key: BlkioKey])[] = [
  [VIR_DOMAIN_BLKIO_DEVICE_WEIGHT, 'weight'],
  [VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS, 'readIopsSec'],
  [VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS, 'writeIopsSec'],
  [VIR_DOMAIN_BLKIO_DEVICE_READ_BPS, 'readBytesSec'],
  [VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS, 'writeBytesSec'],
];

function blkioSlots(node: TestNode): DriverSlots {
  const allowed = {
    [VIR_DOMAIN_BLKIO_WEIGHT]: 'uint' as const,
    ...Object.fromEntries(blkioDeviceFields.map(([field]) => [field, 'string' as const])),
  };
  return {
    domainGetBlkioParameters: async ({ dom, flags }) => {
      checkFlags(flags, readFlags, 'domainGetBlkioParameters');
      const { blkiotune } = node.domainOf(dom).oneConfig(flags).def;
      const devices = blkiotune?.devices ?? [];
      return [
        { field: VIR_DOMAIN_BLKIO_WEIGHT, type: 'uint', value: blkiotune?.weight ?? 0 },
        ...blkioDeviceFields.map(([field, key]): TypedParam => ({
          field,
          type: 'string',
          value: blkioText(devices, key),
        })),
      ];
    },
    domainSetBlkioParameters: async ({ dom, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetBlkioParameters');
      const values = new TypedValues(params, allowed);
      const domain = node.domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withBlkio(config, values));
    },
  };
}

function blkioText(devices: readonly BlkioDevice[], key: BlkioKey): string {
  return devices.flatMap((device) => (device[key] === undefined ? [] : [device.path, String(device[key])])).join(',');
}

function withBlkio(config: DomainConfig, values: TypedValues): DomainConfig {
  return config.edit((def) => {
    const tune = (def.blkiotune ??= { devices: [] });
    const weight = values.number(VIR_DOMAIN_BLKIO_WEIGHT);
    if (weight !== undefined) tune.weight = weight === 0 ? undefined : weight;
    for (const [field, key] of blkioDeviceFields) {
      const text = values.text(field);
      if (text !== undefined) setBlkioDevices(tune.devices, key, text);
    }
  });
}

function setBlkioDevices(devices: BlkioDevice[], key: BlkioKey, text: string): void {
  const parts = text === '' ? [] : text.split(',');
  if (parts.length % 2 !== 0) throw testError('VIR_ERR_INVALID_ARG', `unable to parse blkio device '${key}' '${text}'`);
  for (let index = 0; index < parts.length; index += 2) {
    const [path, number] = [parts[index]!, parts[index + 1]!];
    if (!path.startsWith('/') || !/^\d{1,15}$/.test(number)) {
      throw testError('VIR_ERR_INVALID_ARG', `unable to parse blkio device '${key}' '${text}'`);
    }
    let device = devices.find((device) => device.path === path);
    if (!device) devices.push((device = { path }));
    const isBytes = key === 'readBytesSec' || key === 'writeBytesSec';
    Object.assign(device, { [key]: number === '0' ? undefined : isBytes ? BigInt(number) : Number(number) });
  }
}

/** libvirt's numbers for the modes. */
const numaModes = ['strict', 'preferred', 'interleave', 'restrictive'] as const;

function numaSlots(node: TestNode): DriverSlots {
  return {
    domainGetNumaParameters: async ({ dom, flags }) => {
      checkFlags(flags, readFlags, 'domainGetNumaParameters');
      const memory = node.domainOf(dom).oneConfig(flags).def.numatune?.memory;
      return [
        { field: VIR_DOMAIN_NUMA_MODE, type: 'int', value: numaModes.indexOf(memory?.mode ?? 'strict') },
        { field: VIR_DOMAIN_NUMA_NODESET, type: 'string', value: memory?.nodeset ?? '' },
      ];
    },
    domainSetNumaParameters: async ({ dom, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetNumaParameters');
      const values = new TypedValues(params, { [VIR_DOMAIN_NUMA_MODE]: 'int', [VIR_DOMAIN_NUMA_NODESET]: 'string' });
      const domain = node.domainOf(dom);
      const targets = domain.targets(flags);
      const mode = numaModeOf(values.number(VIR_DOMAIN_NUMA_MODE));
      const before = domain.config.def.numatune?.memory?.mode;
      if (targets.live && mode !== undefined && before !== undefined && before !== mode) {
        throw testError('VIR_ERR_OPERATION_INVALID', "can't change numatune mode for running domain");
      }
      const nodeset = nodesetOf(values.text(VIR_DOMAIN_NUMA_NODESET));
      domain.editConfig(targets, (config) => withNuma(config, mode, nodeset));
    },
  };
}

function numaModeOf(number: number | undefined): (typeof numaModes)[number] | undefined {
  if (number === undefined) return undefined;
  const mode = numaModes[number];
  if (mode !== undefined) return mode;
  throw testError('VIR_ERR_INVALID_ARG', `unsupported numatune mode: '${number}'`);
}

function nodesetOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const nodes = parseCpus(text);
  if (nodes.length > 0) return formatCpus(nodes);
  throw testError('VIR_ERR_OPERATION_INVALID', `Invalid nodeset of 'numatune': ${text}`);
}

function withNuma(
  config: DomainConfig,
  mode: (typeof numaModes)[number] | undefined,
  nodeset: string | undefined,
): DomainConfig {
  return config.edit((def) => {
    const before = def.numatune?.memory;
    const memory = {
      ...before,
      mode: mode ?? before?.mode ?? 'strict',
      ...(nodeset === undefined ? {} : { nodeset, placement: undefined }),
    };
    def.numatune = { memnodes: [], ...def.numatune, memory };
  });
}

const bandwidthFields = [
  [VIR_DOMAIN_BANDWIDTH_IN_AVERAGE, 'inbound', 'average'],
  [VIR_DOMAIN_BANDWIDTH_IN_PEAK, 'inbound', 'peak'],
  [VIR_DOMAIN_BANDWIDTH_IN_BURST, 'inbound', 'burst'],
  [VIR_DOMAIN_BANDWIDTH_IN_FLOOR, 'inbound', 'floor'],
  [VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE, 'outbound', 'average'],
  [VIR_DOMAIN_BANDWIDTH_OUT_PEAK, 'outbound', 'peak'],
  [VIR_DOMAIN_BANDWIDTH_OUT_BURST, 'outbound', 'burst'],
] as const;

function bandwidthSlots(node: TestNode): DriverSlots {
  const allowed = Object.fromEntries(bandwidthFields.map(([field]) => [field, 'uint' as const]));
  return {
    domainGetInterfaceParameters: async ({ dom, device, flags }) => {
      checkFlags(flags, readFlags, 'domainGetInterfaceParameters');
      const config = node.domainOf(dom).oneConfig(flags);
      const { bandwidth } = config.def.devices!.interfaces[config.interfaceIndex(device)]!;
      return bandwidthFields.map(([field, side, rate]): TypedParam => ({
        field,
        type: 'uint',
        value: bandwidth?.[side]?.[rate] ?? 0,
      }));
    },
    domainSetInterfaceParameters: async ({ dom, device, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetInterfaceParameters');
      const values = new TypedValues(params, allowed);
      const domain = node.domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) =>
        withBandwidth(config, config.interfaceIndex(device), values),
      );
    },
  };
}

/** A side is replaced as a whole where its average or floor is given; an average of 0 takes it away. */
function withBandwidth(config: DomainConfig, index: number, values: TypedValues): DomainConfig {
  return config.editDevices(({ interfaces }) => {
    const nic = interfaces[index]!;
    for (const side of ['inbound', 'outbound'] as const) {
      const given = bandwidthFields.filter(([field, other]) => other === side && values.number(field) !== undefined);
      if (!given.some(([, , rate]) => rate === 'average' || rate === 'floor')) continue;
      const rates = Object.fromEntries(
        given.flatMap(([field, , rate]) => (values.number(field) === 0 ? [] : [[rate, values.number(field)]])),
      ) as { average?: number; floor?: number };
      nic.bandwidth = {
        ...nic.bandwidth,
        [side]: rates.average === undefined && rates.floor === undefined ? undefined : rates,
      };
    }
  });
}

function perfSlots(node: TestNode): DriverSlots {
  const allowed = Object.fromEntries(perfEventNames.map((name) => [name, 'boolean' as const]));
  return {
    domainGetPerfEvents: async ({ dom, flags }) => {
      checkFlags(flags, readFlags, 'domainGetPerfEvents');
      const on = new Map(node.domainOf(dom).oneConfig(flags).perfEvents);
      return perfEventNames.map((field): TypedParam => ({ field, type: 'boolean', value: on.get(field) ?? false }));
    },
    domainSetPerfEvents: async ({ dom, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetPerfEvents');
      const values = new TypedValues(params, allowed);
      const domain = node.domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) =>
        config.edit((def) => {
          const changed = perfEventNames.filter((name) => values.boolean(name) !== undefined);
          const others = (def.perf?.events ?? []).filter(({ name }) => !changed.includes(name));
          def.perf = { events: [...others, ...changed.map((name) => ({ name, enabled: values.boolean(name)! }))] };
        }),
      );
    },
  };
}
