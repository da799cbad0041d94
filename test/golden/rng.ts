/** libvirt's RELAX NG schemas, as far as needed to ask which elements and attributes they know. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseXml } from '../../drivers/conf/xml/parse.ts';
import { attributeOf, elementsOf, type XmlElement } from '../../drivers/conf/xml/tree.ts';

export const schemaDir = '/usr/share/libvirt/schemas';

/** Why tests on the schemas are skipped; undefined where they run. */
export const schemaSkipReason: string | undefined = existsSync(schemaDir)
  ? undefined
  : `libvirt's schemas are not installed in ${schemaDir} (Debian: libvirt0 or libvirt-daemon)`;

/** An element of the grammar with what it may hold. */
export interface RngElement {
  name: string;
  attributes: Set<string>;
  /** Patterns of the children, looked up when walked: elements may contain themselves. */
  children: () => RngElement[];
}

const prefixes: Readonly<Record<string, string>> = {
  'http://libvirt.org/schemas/domain/qemu/1.0': 'qemu',
  'http://libvirt.org/schemas/domain/lxc/1.0': 'lxc',
  'http://libvirt.org/schemas/domain/bhyve/1.0': 'bhyve',
  'http://libvirt.org/schemas/domain/xen/1.0': 'xen',
  'http://libvirt.org/schemas/domain/vmware/1.0': 'vmware',
  'http://libvirt.org/schemas/network/dnsmasq/1.0': 'dnsmasq',
  'http://libvirt.org/schemas/storagepool/fs/1.0': 'fs',
  'http://libvirt.org/schemas/storagepool/rbd/1.0': 'rbd',
};

class Grammar {
  private readonly defines = new Map<string, XmlElement[]>();
  private readonly made = new Map<XmlElement, RngElement>();

  load(file: string): XmlElement {
    const { root } = parseXml(readFileSync(file, 'utf8'));
    for (const include of elementsOf(root, 'include'))
      this.load(join(dirname(file), attributeOf(include, 'href') ?? ''));
    for (const define of elementsOf(root, 'define')) {
      const name = attributeOf(define, 'name') ?? '';
      this.defines.set(name, [
        ...(attributeOf(define, 'combine') === undefined ? [] : (this.defines.get(name) ?? [])),
        define,
      ]);
    }
    return root;
  }

  /** Elements and attributes directly inside a pattern, through references and choices. */
  inside(pattern: XmlElement, seen = new Set<string>()): { elements: XmlElement[]; attributes: string[] } {
    const found = { elements: [] as XmlElement[], attributes: [] as string[] };
    const add = (part: { elements: XmlElement[]; attributes: string[] }): void => {
      found.elements.push(...part.elements);
      found.attributes.push(...part.attributes);
    };
    for (const child of elementsOf(pattern)) {
      if (child.name === 'element') found.elements.push(child);
      else if (child.name === 'attribute') found.attributes.push(attributeOf(child, 'name') ?? '*');
      else if (child.name === 'ref') {
        const name = attributeOf(child, 'name') ?? '';
        if (seen.has(name)) continue;
        for (const define of this.defines.get(name) ?? []) add(this.inside(define, new Set([...seen, name])));
      } else if (child.name !== 'notAllowed') add(this.inside(child, seen));
    }
    return found;
  }

  element(pattern: XmlElement, outerPrefix = ''): RngElement {
    const known = this.made.get(pattern);
    if (known !== undefined) return known;
    const ns = attributeOf(pattern, 'ns');
    const prefix = ns === undefined ? outerPrefix : (prefixes[ns] ?? '');
    const { elements, attributes } = this.inside(pattern);
    const local = attributeOf(pattern, 'name') ?? '*';
    const made: RngElement = {
      name: prefix === '' ? local : `${prefix}:${local}`,
      attributes: new Set(attributes),
      children: () => elements.map((child) => this.element(child, prefix)),
    };
    this.made.set(pattern, made);
    return made;
  }
}

/** The root elements of a schema file. */
export function rngRoots(file: string): RngElement[] {
  const grammar = new Grammar();
  const root = grammar.load(join(schemaDir, file));
  return elementsOf(root, 'start').flatMap((start) =>
    grammar.inside(start).elements.map((pattern) => grammar.element(pattern)),
  );
}
