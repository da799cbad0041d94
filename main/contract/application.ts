/** Facts about the running program. */
export interface ApplicationInfo {
  version: string;
  platform: 'linux' | 'darwin' | 'win32' | 'other';
  mode: 'desktop' | 'browser';
  /** Problems met at start that the user should know (for example a settings file that could not be read). */
  notices: Notice[];
}

export interface Notice {
  id: string;
  level: 'info' | 'warning' | 'error';
  message: string;
}

export interface ApplicationService {
  info(): Promise<ApplicationInfo>;
  dismissNotice(id: string): Promise<void>;
}
