/**
 * The shape of a slot: a procedure's arguments and result without the wire's warts. Rules, in order:
 *   need_results is dropped;
 *   a typed-parameter getter's nparams is dropped both ways;
 *   a `ret` count beside its list is dropped, and a single remaining field is the result itself;
 *   a stream or file descriptors join the result.
 */
import type { Fields, Procedure } from '../../drivers/rpc/protocol/dsl.ts';

export interface SlotShape {
  args: Fields;
  /** Arguments of the wire that the slot does not have. */
  dropped: ('need_results' | 'nparams')[];
  /** Fields of the wire's result that the slot keeps; one alone is returned bare. */
  result: Fields;
  /** Field of the wire's result that counts `list`. */
  count: string | null;
  /** The list counted by `count`, or filled up to `nparams`. */
  list: string | null;
}

/** Not slots: the link's own business (opening, authentication, events), or answered by `connection.supports`. */
const internal =
  /^(auth_|connect_(open|close|supports_feature|.*event_(callback_)?(de)?register(_any)?|(un)?register_close_callback)$)/;

export function isSlot(program: string, procedure: Procedure): boolean {
  return ['remote', 'qemu', 'lxc'].includes(program) && procedure.kind === 'call' && !internal.test(procedure.name);
}

export function slotShape(procedure: Procedure): SlotShape {
  const args = { ...procedure.args };
  const result = { ...procedure.ret };
  const dropped: SlotShape['dropped'] = [];
  const list = Object.keys(result).find((name) => result[name]!.kind === 'array') ?? null;
  if ('need_results' in args) dropped.push('need_results');
  if (isCountedGetter(procedure)) dropped.push('nparams');
  for (const name of dropped) delete args[name];
  const count = list === null ? null : countField(procedure, result);
  if (count !== null) delete result[count];
  return { args, dropped, result, count, list };
}

/** domain_get_cpu_stats is different: its nparams and ncpus together choose what is asked. */
function isCountedGetter(procedure: Procedure): boolean {
  const hasCount = procedure.args !== null && 'nparams' in procedure.args && procedure.ret !== null;
  return hasCount && procedure.name !== 'domain_get_cpu_stats';
}

function countField(procedure: Procedure, result: Fields): string | null {
  if (isCountedGetter(procedure) && 'nparams' in result) return 'nparams';
  return 'ret' in result ? 'ret' : null;
}
