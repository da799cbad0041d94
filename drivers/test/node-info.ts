/** What a node file says of the host itself: its CPUs, its memory and who may connect. */
import { attributeOf, elementsOf, textOf, type XmlElement } from '../conf/xml/tree.ts';
import { xmlError } from '../conf/xml/position.ts';
import { testError } from './errors.ts';
import type { TestNode } from './node.ts';
import type { PlacedElement } from './xml-input.ts';

/** Sets the host's size and its users. Throws XML_ERROR with line and column. */
export function readNodeInfo(node: TestNode, { element: root, source }: PlacedElement): void {
  const { info } = node;
  const number = (parent: XmlElement | undefined, name: string, otherwise: number): number =>
    numberIn(parent, name, source) ?? otherwise;
  const cpu = elementsOf(root, 'cpu')[0];
  for (const name of ['nodes', 'sockets', 'cores', 'threads', 'mhz'] as const)
    info[name] = number(cpu, name, info[name]);
  const all = info.nodes * info.sockets * info.cores * info.threads;
  info.cpus = Math.min(all, number(cpu, 'active', all));
  info.memory = BigInt(number(root, 'memory', Number(info.memory)));
  const model = cpu && elementsOf(cpu, 'model')[0];
  if (model) info.model = modelName(textOf(model).trim());
  for (const auth of elementsOf(root, 'auth')) readUsers(node, auth, source);
}

function numberIn(parent: XmlElement | undefined, name: string, source: string): number | null {
  const element = parent && elementsOf(parent, name)[0];
  if (!element) return null;
  const text = textOf(element).trim();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const what = parent.name === 'cpu' ? `cpu ${name}` : name;
  throw xmlError(`invalid node ${what} value '${text.slice(0, 40)}'; allowed: a whole number`, {
    source,
    offset: element.start,
    element: name,
  });
}

/** libvirt's structure has room for 31 bytes. */
function modelName(model: string): string {
  if (Buffer.byteLength(model) < 32) return model;
  throw testError('VIR_ERR_INTERNAL_ERROR', `Model ${model.slice(0, 80)} too big for destination`);
}

function readUsers(node: TestNode, auth: XmlElement, source: string): void {
  for (const user of elementsOf(auth, 'user')) {
    const name = textOf(user).trim();
    if (name === '') {
      throw xmlError('missing username in /node/auth/user field', { source, offset: user.start, element: 'user' });
    }
    node.users.push({ name, password: attributeOf(user, 'password') ?? null });
  }
}
