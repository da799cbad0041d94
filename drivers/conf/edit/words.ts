/** Differences in words, with the schema's documentation for names: "vCPUs" rather than `vcpu`. English; the interface translates by path. */
import type { ElementModel } from '../schema/index.ts';
import { quoteForMessage } from '../xml/position.ts';
import type { XmlChange } from './diff.ts';
import { parsePath } from './path.ts';

/** What a path names, from the outside in: `Devices > Disk 2 > Source > file`. */
function placeInWords(path: string): string {
  const { steps, attribute } = parsePath(path);
  const words = steps.map(({ name, nth }) => (nth === undefined ? name : `${name} ${nth}`));
  return [...words, ...(attribute === undefined ? [] : [attribute])].join(' > ');
}

/** The documentation of what a path names; empty where the schema does not know it. */
export function documentationOf(path: string, model: ElementModel): string {
  const { steps, attribute } = parsePath(path);
  let current: ElementModel | undefined = model;
  let doc = model.doc;
  for (const { name } of steps) {
    const child: ElementModel['children'][number] | undefined = current?.children.find((one) => one.name === name);
    current = child?.element();
    doc = child === undefined ? '' : child.doc === '' ? (current?.doc ?? '') : child.doc;
  }
  return attribute === undefined ? doc : (current?.attributes.find(({ name }) => name === attribute)?.doc ?? '');
}

/** One difference as a sentence. */
export function describeChange(change: XmlChange, model?: ElementModel): string {
  const doc = model === undefined || change.path === '' ? '' : documentationOf(change.path, model);
  const place = `${placeInWords(change.path)}${doc === '' ? '' : ` (${doc})`}`;
  switch (change.kind) {
    case 'changed':
      return `${place}: ${quoted(change.from)} becomes ${quoted(change.to)}`;
    case 'added':
      return `${place}: added${change.to === '' ? '' : `, ${quoted(change.to)}`}`;
    case 'removed':
      return `${place}: removed${change.from === '' ? '' : `, was ${quoted(change.from)}`}`;
  }
}

const quoted = (value: string): string => (value === '' ? 'nothing' : `'${quoteForMessage(value, 60)}'`);
