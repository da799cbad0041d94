/** The application service: facts about the running program and its notices. */
import type { ApplicationInfo, ApplicationService } from '../contract/index.ts';
import type { Notices } from './notices.ts';

const platforms = new Set(['linux', 'darwin', 'win32']);

export class Application implements ApplicationService {
  readonly #version: string;
  readonly #mode: ApplicationInfo['mode'];
  readonly #notices: Notices;

  constructor(options: { version: string; mode: ApplicationInfo['mode']; notices: Notices }) {
    this.#version = options.version;
    this.#mode = options.mode;
    this.#notices = options.notices;
  }

  async info(): Promise<ApplicationInfo> {
    const platform = platforms.has(process.platform) ? (process.platform as ApplicationInfo['platform']) : 'other';
    return { version: this.#version, platform, mode: this.#mode, notices: this.#notices.list() };
  }

  async dismissNotice(id: string): Promise<void> {
    this.#notices.dismiss(id);
  }
}
