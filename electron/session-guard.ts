/** Makes a session one that can only show the application: its own pages, four permissions, no network, no devices. */
import type { Session } from 'electron';
import { appOrigin, isAppUrl } from './app-url.ts';
import { isPermissionAllowed, isRequestAllowed } from './security-policy.ts';

/** Guards the session; `isDevelopment` lets the developer tools load themselves. */
export function guardSession(session: Session, isDevelopment: boolean): void {
  session.setPermissionRequestHandler((_page, permission, answer, { requestingUrl, isMainFrame }) => {
    answer(isPermissionAllowed(permission, isAppUrl(requestingUrl) ? appOrigin : requestingUrl, isMainFrame));
  });
  session.setPermissionCheckHandler((_page, permission, origin, { isMainFrame }) =>
    isPermissionAllowed(permission, origin, isMainFrame),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isRequestAllowed(url, isDevelopment) }));
  // The page saves what it made itself (a screenshot) and nothing from elsewhere.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${appOrigin}/`)) event.preventDefault();
  });
}
