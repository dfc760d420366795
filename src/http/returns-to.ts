import type { Client } from '../core/client.ts'

/**
 * Where the browser may go once a page is answered: to the redirect URI, which was proven, and from there to where the
 * app itself lives, if it registered that.
 */
export function returnsTo(client: Client, redirect_uri: string): readonly string[] {
  const own = [client.client_uri, ...client.grantwise.web_origins, ...client.post_logout_redirect_uris]
  return [redirect_uri, ...own.filter(uri => uri !== undefined)]
}
