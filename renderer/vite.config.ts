/** Builds the renderer: one page, everything bundled, nothing fetched from elsewhere at run time. */
import { fileURLToPath } from 'node:url';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  define: {
    // vue-i18n: messages are interpreted, never compiled to functions, so the page needs no `unsafe-eval`.
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_JIT_COMPILATION__: true,
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
  },
  plugins: [
    vue(),
    ui({
      // Imports are explicit, so neither components nor composables are declared globally.
      autoImport: false,
      components: false,
      dts: false,
      root: repository,
      // The theme is the user's setting, applied by our own store.
      colorMode: false,
      icon: { clientBundle: { scan: { globInclude: ['renderer/**/*.{vue,ts}'] } } },
      ui: {
        colors: {
          primary: 'indigo',
          neutral: 'slate',
          success: 'emerald',
          warning: 'amber',
          error: 'red',
          info: 'sky',
        },
        modal: {
          slots: {
            header: 'flex items-start gap-1.5 p-4 sm:px-5 min-h-0 shrink-0',
            body: 'p-4 sm:p-5',
            footer: 'flex items-center gap-2 p-3 sm:px-5',
            title: 'text-base',
            description: 'pe-8',
          },
          variants: { overlay: { true: { overlay: 'bg-slate-950/45' } } },
        },
        slideover: { slots: { overlay: 'bg-slate-950/45' } },
        radioGroup: { slots: { legend: 'mb-1.5 text-sm', fieldset: 'flex gap-x-5' } },
      },
    }),
  ],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1200,
    // Read by build/notices.ts.
    license: { fileName: 'third-party.json' },
  },
  server: { host: '127.0.0.1', strictPort: false },
});
