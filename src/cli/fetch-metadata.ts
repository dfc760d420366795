import { StartRefused } from '../config.ts'
import { askIssuer } from '../doctor/ask-issuer.ts'
import type { Json } from '../doctor/members.ts'

/** A server's metadata, through the guard of everything that is fetched. @throws StartRefused */
export async function fetchMetadata(
  address: string,
  allow: readonly string[],
): Promise<{ readonly metadata: Json; readonly asked?: string }> {
  const [{ createFetchGuarded, OutgoingRefused }, { createFetchJson }] = await Promise.all([
    import('../outgoing/fetch-guarded.ts'),
    import('../outgoing/fetch-json.ts'),
  ])
  const fetchJson = createFetchJson(createFetchGuarded({ allow }))
  const asked = await askIssuer(address, fetchJson, error => error instanceof OutgoingRefused)
  if ('metadata' in asked) return asked
  const hint = 'A document that you have can be given by itself: curl … | grantwise doctor -'
  const lines = asked.whys.map(({ place, why }) => `${place}: ${why}`)
  throw new StartRefused(['No metadata could be fetched.', ...lines, hint].join('\n'))
}
