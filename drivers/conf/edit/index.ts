/** Editing texts in place and telling what changed. */
export { diffXml, type XmlChange } from './diff.ts';
export { removeValue, setValue } from './patch.ts';
export { describeChange, documentationOf } from './words.ts';
