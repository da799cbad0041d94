import { expect, it } from 'vitest';
import { sentence } from './sentence.ts';

it.each([
  ['operation forbidden: read only', 'Operation forbidden: read only.'],
  ['It did not answer.', 'It did not answer.'],
  ['virDomainCreate failed', 'virDomainCreate failed.'],
  ['qemu-img is missing', 'qemu-img is missing.'],
  [' what now? ', 'What now?'],
  ['(see the log.)', '(see the log.)'],
  ['', ''],
])('makes a sentence of %j', (message, made) => {
  expect(sentence(message)).toBe(made);
});
