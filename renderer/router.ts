/** Addresses of the views. Behind a hash, so that they work under any scheme the page is served by. */
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import GuestsPage from './pages/GuestsPage.vue';

const guestTabs: RouteRecordRaw[] = [
  { path: '', redirect: { name: 'guest-overview' } },
  { path: 'overview', name: 'guest-overview', component: () => import('./pages/GuestOverviewPage.vue') },
  { path: 'console', name: 'guest-console', component: () => import('./pages/GuestConsolePage.vue') },
  { path: 'xml', name: 'guest-xml', component: () => import('./pages/GuestXmlPage.vue') },
];

export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/guests' },
  { path: '/guests', name: 'guests', component: GuestsPage },
  { path: '/hosts/:connectionId', redirect: (to) => `${to.path}/guests` },
  { path: '/hosts/:connectionId/guests', name: 'host-guests', component: GuestsPage },
  { path: '/hosts/:connectionId/networks', name: 'networks', component: () => import('./pages/NetworksPage.vue') },
  {
    path: '/hosts/:connectionId/storage',
    name: 'storage-pools',
    component: () => import('./pages/StoragePoolsPage.vue'),
  },
  {
    path: '/hosts/:connectionId/storage/:poolUuid',
    name: 'storage-pool',
    component: () => import('./pages/StoragePoolPage.vue'),
  },
  {
    path: '/hosts/:connectionId/guests/:uuid',
    component: () => import('./pages/GuestPage.vue'),
    children: guestTabs,
  },
  { path: '/settings', name: 'settings', component: () => import('./pages/SettingsPage.vue') },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
];

export function createHostlerRouter(): Router {
  return createRouter({ history: createWebHashHistory(), routes });
}
