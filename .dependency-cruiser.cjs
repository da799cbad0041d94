// The arrows of the architecture, and no others: what is not allowed below is an error, so a new folder needs a rule.
//
//   electron -> main -> drivers        electron, main, renderer -> main/contract
//   drivers/<hypervisor> -> drivers/{conf,rpc,*.ts} and the host-side drivers, never another hypervisor

const hypervisors = 'test|remote|qemu|lxc|xen|bhyve|vz|esx|vmware|hyperv|vbox|phyp';
const hostSide = 'network|storage|nodedev|nwfilter|secret|interface';
const core = { dependencyTypes: ['core'] };
const npm = { dependencyTypes: ['npm', 'npm-dev'] };
/** An npm package by name, below any node_modules. */
const npmNamed = (names) => ({ path: `(^|/)node_modules/(@types/)?(${names})/` });
const allow = (from, ...to) => to.map((target) => ({ from: { path: from }, to: target }));
/** Tests and what only they import. */
const testFile = '([.](test|integration|bench|e2e)|/fail-on-leaks|/testing/arbitrary-values)[.]ts$';

module.exports = {
  allowed: [
    ...allow('^main/contract/', { path: '^main/contract/' }),
    ...allow('^drivers/', { path: '^drivers/' }, core),
    // The one library of the drivers, behind one interface.
    ...allow('^drivers/remote/ssh/library/', npmNamed('ssh2')),
    ...allow('^main/', { path: '^main/' }, { path: '^drivers/' }, core, npmNamed('ws|valibot')),
    ...allow('^main/version[.]ts$', { path: '^package[.]json$' }),
    ...allow('^electron/', { path: '^electron/' }, { path: '^main/' }, core, npmNamed('electron|valibot')),
    ...allow('^renderer/', { path: '^renderer/' }, { path: '^main/contract/' }, { path: '^assets/' }, npm),
    ...allow('^renderer/vite[.]config[.]ts$', core),
    ...allow('^build/', { path: '^(build|drivers)/' }, core, npm),
    ...allow('^test/', { path: '^(test|drivers|main|build)/' }, core, npm),
    ...allow('^[^/]+$', core, npm, { path: '^[^/]+$' }),
    // Tests may use the rig and the test libraries, from wherever they stand.
    ...allow(
      testFile,
      npmNamed('vitest|fast-check|@vue/test-utils|happy-dom|typescript|pngjs'),
      { path: '^test/rig/' },
      core,
    ),
  ],
  allowedSeverity: 'error',
  forbidden: [
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: '^main/contract/', pathNot: testFile },
      to: { pathNot: '^main/contract/' },
    },
    {
      name: 'drivers-know-no-npm',
      comment: 'The driver core is plain Node and ships alone; SSH without an ssh program is the exception.',
      severity: 'error',
      from: { path: '^drivers/', pathNot: `${testFile}|^drivers/remote/ssh/library/` },
      to: npm,
    },
    {
      name: 'hypervisors-not-each-other',
      severity: 'error',
      from: { path: `^drivers/(${hypervisors})/`, pathNot: testFile },
      to: { path: `^drivers/(${hypervisors})/`, pathNot: '^drivers/$1/' },
    },
    {
      name: 'shared-drivers-below-hypervisors',
      severity: 'error',
      from: { path: `^drivers/(conf|rpc|${hostSide})/`, pathNot: testFile },
      to: { path: `^drivers/(${hypervisors})/` },
    },
    {
      name: 'electron-only-in-electron',
      severity: 'error',
      from: { pathNot: '^(electron|test/e2e)/' },
      to: npmNamed('electron'),
    },
    {
      name: 'renderer-in-a-sandbox',
      severity: 'error',
      from: { path: '^renderer/', pathNot: `${testFile}|^renderer/vite[.]config[.]ts$` },
      to: core,
    },
    {
      name: 'renderer-not-the-host',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(drivers|electron)/|^main/(?!contract/)' },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { path: '^(drivers|main|electron|renderer)/', pathNot: `${testFile}|/testing/` },
      to: { path: `${testFile}|^test/|/testing/` },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release|coverage)/' },
    tsPreCompilationDeps: true,
    // Of imports below an npm package only the package matters here.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    builtInModules: { add: [] },
  },
};
