/** Whether a host is this machine itself (RFC 8252 §7.3); names that only usually lead there are not. */
function isLoopback({ hostname }: URL): boolean {
  return /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]'
}

/** Http that leaves the machine, where anybody on the way reads and changes what is sent. */
export function isOpen(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'http:' && !isLoopback(url) && url.hostname !== 'localhost'
}
