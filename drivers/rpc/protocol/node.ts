/** The host: information, memory, processors, security model. */
import {
  array,
  call,
  fixedText,
  highCall,
  int,
  opaque,
  string,
  struct,
  text,
  typedParam,
  uhyper,
  uint,
  type TableFile,
} from './dsl.ts';
import {
  REMOTE_CPUMAP_MAX,
  REMOTE_NODE_CPU_STATS_MAX,
  REMOTE_NODE_MAX_CELLS,
  REMOTE_NODE_MEMORY_PARAMETERS_MAX,
  REMOTE_NODE_MEMORY_STATS_MAX,
  REMOTE_NODE_SEV_INFO_MAX,
  REMOTE_SECURITY_DOI_MAX,
  REMOTE_SECURITY_MODEL_MAX,
} from './limits.ts';

const nodeGetCpuStats = struct('remote_node_get_cpu_stats', { field: string, value: uhyper });
const nodeGetMemoryStats = struct('remote_node_get_memory_stats', { field: string, value: uhyper });

export const nodeTable: TableFile = {
  file: 'node',
  program: 'remote',
  structs: [nodeGetCpuStats, nodeGetMemoryStats],
  procedures: [
    highCall(
      6,
      'node_get_info',
      {},
      { model: fixedText(32), memory: uhyper, cpus: int, mhz: int, nodes: int, sockets: int, cores: int, threads: int },
    ),
    highCall(
      101,
      'node_get_cells_free_memory',
      { startCell: int, maxcells: int },
      { cells: array(uhyper, REMOTE_NODE_MAX_CELLS) },
    ),
    highCall(102, 'node_get_free_memory', {}, { freeMem: uhyper }),
    highCall(
      122,
      'node_get_security_model',
      {},
      { model: text(REMOTE_SECURITY_MODEL_MAX), doi: text(REMOTE_SECURITY_DOI_MAX) },
    ),
    highCall(
      227,
      'node_get_cpu_stats',
      { cpuNum: int, nparams: int, flags: uint },
      { params: array(nodeGetCpuStats, REMOTE_NODE_CPU_STATS_MAX), nparams: int },
    ),
    highCall(
      228,
      'node_get_memory_stats',
      { nparams: int, cellNum: int, flags: uint },
      { params: array(nodeGetMemoryStats, REMOTE_NODE_MEMORY_STATS_MAX), nparams: int },
    ),
    call(250, 'node_suspend_for_duration', { target: uint, duration: uhyper, flags: uint }),
    call(288, 'node_set_memory_parameters', {
      params: array(typedParam, REMOTE_NODE_MEMORY_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      289,
      'node_get_memory_parameters',
      { nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_NODE_MEMORY_PARAMETERS_MAX), nparams: int },
      { stringParams: true },
    ),
    call(
      293,
      'node_get_cpu_map',
      { need_map: int, need_online: int, flags: uint },
      { cpumap: opaque(REMOTE_CPUMAP_MAX), online: uint, ret: int },
    ),
    highCall(
      340,
      'node_get_free_pages',
      { pages: array(uint, REMOTE_NODE_MAX_CELLS), startCell: int, cellCount: uint, flags: uint },
      { counts: array(uhyper, REMOTE_NODE_MAX_CELLS) },
    ),
    call(
      347,
      'node_alloc_pages',
      {
        pageSizes: array(uint, REMOTE_NODE_MAX_CELLS),
        pageCounts: array(uhyper, REMOTE_NODE_MAX_CELLS),
        startCell: int,
        cellCount: uint,
        flags: uint,
      },
      { ret: int },
    ),
    call(
      395,
      'node_get_sev_info',
      { nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_NODE_SEV_INFO_MAX), nparams: int },
      { stringParams: true },
    ),
  ],
};
