/** The words that follow "expected" where something is no client_id. */
export const clientIdWords = '1 to 255 of the characters A-Z a-z 0-9 - . _ ~ : / @, and not "new", "." or ".."'

/** Any of RFC 6749 §A.1 that needs no escaping in a URL, a log line or a shell, and names one page of this server. */
export function isClientId(text: string): boolean {
  return /^[A-Za-z0-9\-._~:/@]{1,255}$/.test(text) && !['new', '.', '..'].includes(text)
}
