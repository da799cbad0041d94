import { expect, it } from 'vitest';
import { domainXml, openHost } from './testing.ts';

it.each([
  ['hvm', 'cirrus'],
  ['xen', 'xen'],
])('gives a %s guest with a screen the graphics card %s', async (osType, model) => {
  const { slots } = await openHost();
  const xml = domainXml('seen')
    .replace(/>hvm<|>xen</, `>${osType}<`)
    .replace('</devices>', "<graphics type='vnc'/></devices>");
  const dom = await slots.domainDefineXml({ xml });
  expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toMatch(new RegExp(`<video>\\s*<model type='${model}'`));
});
