/** Functions of libvirt's API that the driver core leaves out, each with the reason. A pattern must match something. */
export const absences: [functions: RegExp, reason: string][] = [
  [/^vir[A-Za-z]+Ref$/, 'reference counting: the garbage collector does it'],
  [
    /^vir(?!FreeError)[A-Za-z]+Free$/,
    'memory management: handles hold no resource; connections are closed, streams finished or aborted',
  ],
  [/^virEvent/, "event loop registration: JavaScript's own event loop is used"],
  [/^virStreamEvent/, 'event loop registration: receiving and sending wait by themselves'],
  [/^virTypedParams/, 'C containers: typed parameters are plain objects'],
  [/^virDomainStatsRecordListFree$/, 'memory management'],
  [
    /^vir(?:GetLastError|CopyLastError|SaveLastError|ResetLastError|ResetError|FreeError|SetErrorFunc|DefaultErrorFunc)/,
    'error globals of C: a call that fails rejects with its VirError',
  ],
  [
    /^virConn(?:GetLast|CopyLast|ResetLast|SetErrorFunc)/,
    'error globals of C: a call that fails rejects with its VirError',
  ],
  [/^virInitialize$/, 'library set-up of C: nothing has to be initialized'],
  [/^virDomainCreateLinux$/, 'an old name of virDomainCreateXML'],
  [/^virDomainLxcEnter/, 'changes the calling process itself (namespace, label, control group), which Node cannot do'],
];
