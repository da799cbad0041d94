/** Whether an address, as a socket tells it, is this machine itself: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\..*)$/u.test(address);
}
