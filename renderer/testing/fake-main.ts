/** The application on a fake host: `/testing/fake.html?guests=10000&stats=1000&first-run&silent` on the dev server. */
import { startApplication } from '../application.ts';
import { FakeHost } from './fake-host.ts';

declare global {
  interface Window {
    fakeHost?: FakeHost;
  }
}

const query = new URLSearchParams(window.location.search);
const fakeHost = new FakeHost({
  guests: Number(query.get('guests') ?? 24),
  firstRun: query.has('first-run'),
  silent: query.has('silent'),
  statsMs: Number(query.get('stats') ?? 0),
});
window.fakeHost = fakeHost;
startApplication(fakeHost);
