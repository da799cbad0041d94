/** Where a guest's page is. Apart from the router, which imports every page. */

/** Address of a guest's page, from its key. */
export function guestRoute(key: string, tab: 'guest-overview' | 'guest-console' | 'guest-xml' = 'guest-overview') {
  const [connectionId = '', uuid = ''] = key.split('/');
  return { name: tab, params: { connectionId, uuid } };
}
