/** Reading a domain's XML without trust: the tree, or a clear error; texts bounded; small ways to walk it. */
import { VirError } from '../../drivers/error.ts';
import { parseXml } from '../../drivers/conf/xml/parse.ts';
import { attributeOf, elementsOf, textOf, type XmlElement } from '../../drivers/conf/xml/tree.ts';
import { HostError } from '../error.ts';

/** Longest text taken out of the XML; what is longer is cut. */
const maximumText = 65_536;
/** Far beyond any guest's definition, and parsed within a frame or two. */
const limits = { maxLength: 2 * 1024 * 1024, maxNodes: 50_000 };

/** The root of a domain's XML; throws `protocol` when the host sent something else. */
export function parseDomain(xml: string, guestName: string): XmlElement {
  const shown = guestName.length > 100 ? `${guestName.slice(0, 100)}…` : guestName;
  let root: XmlElement;
  try {
    root = parseXml(xml, limits).root;
  } catch (error) {
    if (!(error instanceof VirError)) throw error;
    throw unreadable(shown, error.message, error);
  }
  if (root.name !== 'domain')
    throw unreadable(shown, `it begins with <${root.name.slice(0, 100)}> in place of <domain>`);
  return root;
}

/** The first element at `path` below `element`, as `os/type`. */
export function find(element: XmlElement, path: string): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of path.split('/')) {
    if (!found) return undefined;
    found = elementsOf(found, name)[0];
  }
  return found;
}

/** Text at `path`, trimmed; '' where there is none. */
export function textAt(element: XmlElement, path: string): string {
  const found = find(element, path);
  return found ? textOf(found).trim().slice(0, maximumText) : '';
}

/** Attribute `name` of the element at `path` ('' for the element itself); '' where there is none. */
export function attributeAt(element: XmlElement, path: string, name: string): string {
  const found = path === '' ? element : find(element, path);
  return (found && attributeOf(found, name)?.slice(0, maximumText)) ?? '';
}

/** A whole number, or null: from hostile text, within what a number holds exactly. */
export function wholeNumber(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

const unitBytes: Record<string, number> = {
  b: 1,
  bytes: 1,
  KB: 1e3,
  k: 1024,
  K: 1024,
  KiB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1e12,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** KiB of an element like `<memory unit='MiB'>`; 0 where there is none. */
export function memoryKiB(element: XmlElement, path: string): number {
  const amount = wholeNumber(textAt(element, path)) ?? 0;
  const unit = attributeAt(element, path, 'unit') || 'KiB';
  return Math.round((amount * (Object.hasOwn(unitBytes, unit) ? (unitBytes[unit] ?? 1024) : 1024)) / 1024);
}

function unreadable(name: string, why: string, cause?: unknown): HostError {
  return new HostError('protocol', `The host’s description of the guest ‘${name}’ cannot be read: ${why}.`, {
    hint: 'Correct the guest’s definition on the host (virsh edit), or ask its administrator.',
    cause,
  });
}
