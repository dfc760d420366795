import { openKeyRing } from '../../src/keys/key-ring.ts'
import { openData } from '../../src/open-data.ts'
import type { Installation } from '../servers/grantwise.ts'
import { audiences, web } from '../world.ts'
import { begunAt, familyIdOf, type Population, subOf, userIndexOf } from './population.ts'

/** Access tokens as the server would have issued them, of families taken at random: no request has touched those. */
export async function mintAccessTokens(
  { data, issuer }: Installation,
  population: Population,
  count: number,
): Promise<readonly string[]> {
  const opened = await openData({ data_dir: data, secret: undefined })
  try {
    const keys = await openKeyRing(opened)
    const now = opened.clock.now()
    const mint = (family: number) =>
      keys.sign('ES256', 'at+jwt', {
        iss: issuer,
        sub: subOf(userIndexOf(population, family)),
        aud: [audiences.ES256, issuer],
        client_id: web.client_id,
        exp: now + 3600,
        iat: now,
        jti: `${familyIdOf(population, family)}.${opened.random.secret()}`,
        scope: web.scope,
        auth_time: begunAt(population, family),
        acr: '1',
        amr: ['pwd'],
      })
    const minted: string[] = []
    for (let i = 0; i < count; i++) minted.push(await mint(Math.floor(Math.random() * population.tokens)))
    return minted
  } finally {
    await opened.close()
  }
}
