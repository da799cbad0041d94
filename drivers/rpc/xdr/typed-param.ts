/** remote_typed_param on the wire: a field name, a discriminant (virTypedParameterType) and the value. */
import type { TypedParam } from '../../driver.ts';
import { malformed } from './errors.ts';
import type { XdrReader } from './reader.ts';
import type { XdrWriter } from './writer.ts';

const wireType: Record<TypedParam['type'], number> = {
  int: 1,
  uint: 2,
  llong: 3,
  ullong: 4,
  double: 5,
  boolean: 6,
  string: 7,
};

export function readTypedParam(r: XdrReader): TypedParam {
  const field = r.string();
  const type = r.int();
  switch (type) {
    case 1:
      return { field, type: 'int', value: r.int() };
    case 2:
      return { field, type: 'uint', value: r.uint() };
    case 3:
      return { field, type: 'llong', value: r.hyper() };
    case 4:
      return { field, type: 'ullong', value: r.uhyper() };
    case 5:
      return { field, type: 'double', value: r.double() };
    case 6:
      return { field, type: 'boolean', value: r.int() !== 0 };
    case 7:
      return { field, type: 'string', value: r.string() };
    default:
      throw malformed(`typed parameter "${field.slice(0, 80)}" has the unknown type ${type}`);
  }
}

export function writeTypedParam(w: XdrWriter, param: TypedParam): void {
  w.string(param.field);
  w.int(wireType[param.type]);
  switch (param.type) {
    case 'int':
      return w.int(param.value);
    case 'uint':
      return w.uint(param.value);
    case 'llong':
      return w.hyper(param.value);
    case 'ullong':
      return w.uhyper(param.value);
    case 'double':
      return w.double(param.value);
    case 'boolean':
      return w.int(param.value ? 1 : 0);
    case 'string':
      return w.string(param.value);
  }
}
