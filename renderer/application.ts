/** Puts the application together and on the page. */
import './styles/main.css';
import { addAPIProvider } from '@iconify/vue';
import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n/index.ts';
import { createHostlerRouter } from './router.ts';
import { openHost } from './shared/link/index.ts';
import type { Link } from './shared/link/link.ts';
import { startHostState } from './shared/state/index.ts';
import { reportFault } from './shared/faults.ts';
import { warmUpNumbers } from './shared/format/quantities.ts';
import { followAppearance } from './shared/appearance.ts';

/** Starts everything: the link first, so that the host's first answers are on their way while the page is built. */
export function startApplication(link?: Link): void {
  // Icons are in the bundle. A missing one must stay missing, not be asked for on the internet.
  addAPIProvider('', { resources: [] });
  const state = startHostState(openHost(link));
  followAppearance(state.settings);
  const app = createApp(App);
  app.config.errorHandler = reportFault;
  app.use(createPinia());
  app.use(createHostlerRouter());
  app.use(i18n);
  app.use(ui);
  app.mount('#app');
  // While the host is being asked.
  warmUpNumbers();
}
