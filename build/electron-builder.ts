/** What the installers hold and look like: electron-builder's configuration, used by build/package.ts. */
import type { Configuration } from 'electron-builder';

/** The program is bundled whole, so an installer holds bundles, pages and licences, and no node_modules. */
const shippedFiles = [
  'package.json',
  'LICENSE',
  'dist/electron/**',
  'dist/renderer/**',
  'dist/third-party-notices.txt',
  '!**/*.map',
  '!node_modules/**',
];

export const packageConfiguration: Configuration = {
  appId: 'dev.hostler.Hostler',
  productName: 'Hostler',
  copyright: 'Copyright © the Hostler contributors, Apache License 2.0',
  directories: { output: 'release', buildResources: 'assets' },
  files: shippedFiles,
  // Readable without the program: the menu's Licences opens the first.
  extraResources: [
    { from: 'dist/third-party-notices.txt', to: 'third-party-notices.txt' },
    { from: 'LICENSE', to: 'LICENSE.txt' },
  ],
  // Debian packages want a home page; there is none yet, and a reserved name says so.
  extraMetadata: { homepage: 'https://hostler.invalid', desktopName: 'dev.hostler.Hostler.desktop' },
  asar: true,
  npmRebuild: false,
  publish: null,
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  // The packaged program is Hostler and nothing else: no Node, no debugger, no code from outside its archive.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ['AppImage', 'deb', 'rpm'],
    executableName: 'hostler',
    icon: 'assets/icons',
    category: 'System',
    synopsis: 'Virtual machine manager',
    description: 'Manages virtual machines on this computer and on hosts far away.',
    maintainer: 'Hostler developers <developers@hostler.invalid>',
    vendor: 'Hostler',
    syncDesktopName: true,
    desktop: { entry: { Keywords: 'virtual machine;vm;libvirt;qemu;kvm;', StartupWMClass: 'Hostler' } },
  },
  mac: {
    target: [{ target: 'dmg', arch: ['x64', 'arm64'] }],
    category: 'public.app-category.developer-tools',
    icon: 'assets/icons/1024x1024.png',
    hardenedRuntime: true,
  },
  win: {
    target: [{ target: 'nsis', arch: ['x64', 'arm64'] }],
    icon: 'assets/icons/512x512.png',
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
};
