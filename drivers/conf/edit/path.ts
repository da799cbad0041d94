/**
 * Paths to one value of a text: `devices/disk[2]/source/@file`, `memory`, `metadata/{urn:x}tool`. A step is an element
 * name, with `[n]` for the n-th of that name from 1, or `[@attr='value']` for the first with that attribute; the last
 * may be `@attribute`. The path starts below the root element.
 */
import { virError } from '../../error.ts';
import { attributeOf, elementsOf, type XmlElement } from '../xml/tree.ts';

export interface ElementStep {
  name: string;
  /** From 1; 1 if absent. */
  nth?: number;
  /** Instead of a number: the first with this attribute. */
  where?: { attribute: string; value: string };
}

export interface XmlPath {
  steps: ElementStep[];
  /** The attribute; absent: the text of the last element. */
  attribute?: string;
}

const name = String.raw`[A-Za-z_][\w.:-]*`;
const step = new RegExp(String.raw`^(${name})(?:\[(?:([1-9]\d{0,5})|@(${name})=(?:'([^']*)'|"([^"]*)"))\])?$`);
const attribute = new RegExp(`^@(${name})$`);

/** Reads a path; throws VIR_ERR_INVALID_ARG for one that is none. */
export function parsePath(text: string): XmlPath {
  const pieces = splitSteps(text);
  const last = attribute.exec(pieces.at(-1) ?? '');
  const steps = (last === null ? pieces : pieces.slice(0, -1)).map((piece) => {
    const match = step.exec(piece);
    if (match === null) {
      throw virError(
        'VIR_ERR_INVALID_ARG',
        'VIR_FROM_XML',
        `'${piece}' in the path '${text}' is no step; allowed: name, name[2], name[@attr='value'] and at the end @attr`,
      );
    }
    return stepOf(match);
  });
  return last?.[1] === undefined ? { steps } : { steps, attribute: last[1] };
}

/** Slashes part steps, but not within brackets: paths of files hold slashes too. */
function splitSteps(text: string): string[] {
  return text.match(/(?:\[[^\]]*\]|[^/[])+/g) ?? [];
}

function stepOf([, found = '', nth, key, single, double]: RegExpExecArray): ElementStep {
  if (nth !== undefined) return { name: found, nth: Number(nth) };
  return key === undefined
    ? { name: found }
    : { name: found, where: { attribute: key, value: single ?? double ?? '' } };
}

/** The child that a step names; undefined where there is none. */
export function childAt(parent: XmlElement, { name: wanted, nth = 1, where }: ElementStep): XmlElement | undefined {
  const candidates = elementsOf(parent, wanted);
  if (where === undefined) return candidates[nth - 1];
  return candidates.find((candidate) => attributeOf(candidate, where.attribute) === where.value);
}

/** The element at the end of a path; undefined where it does not exist. */
export function elementAt(root: XmlElement, steps: readonly ElementStep[]): XmlElement | undefined {
  return steps.reduce<XmlElement | undefined>(
    (parent, one) => (parent === undefined ? undefined : childAt(parent, one)),
    root,
  );
}
