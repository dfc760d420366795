import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'

const frames: readonly unknown[] = ['iframe', 'frame', 'embed', 'object']

/**
 * Whether no session came because a page of another site frames this request: cookies that are SameSite=Lax stay away
 * there, and third-party cookies at all in most browsers (Fetch Metadata §2.1, §2.3).
 */
export function isSessionWithheld({ request }: Exchange, { cookies }: Pick<Context, 'cookies'>): boolean {
  const { 'sec-fetch-dest': destination, 'sec-fetch-site': site } = request.headers
  return site === 'cross-site' && frames.includes(destination) && cookies.read(request, 'session') === undefined
}
