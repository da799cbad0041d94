import { describe, expect, it } from 'vitest';

import { measureCoverage, methodName } from './api-coverage.ts';
import { apiFolder, hasApiDescription } from './api-xml.ts';

describe('methodName', () => {
  it.each([
    ['GetXMLDesc', 'getXMLDesc'],
    ['FSFreeze', 'fsFreeze'],
    ['PMWakeup', 'pmWakeup'],
    ['DomainXMLFromNative', 'domainXMLFromNative'],
    ['NWFilterLookupByName', 'nwfilterLookupByName'],
    ['Create', 'create'],
  ])('%s becomes %s', (rest, method) => {
    expect(methodName(rest)).toBe(method);
  });
});

describe("the driver core's API", () => {
  // Without the description there is nothing to compare with; the name says so.
  const needs = hasApiDescription() ? '' : ` (not run: no libvirt-api.xml in ${apiFolder}, package libvirt-dev)`;

  it.runIf(hasApiDescription())(`has every function of libvirt, or a reason why not${needs}`, async () => {
    const { missing, undocumented, needless, objects } = await measureCoverage();
    expect({ missing, undocumented, needless }).toEqual({ missing: [], undocumented: [], needless: [] });
    expect(objects.find(({ object }) => object === 'Domain')?.present).toBeGreaterThan(150);
  });
});
