import { type Asset, assets } from '../assets/index.ts'
import type { Route } from '../route.ts'

/** Files whose address changes with their content. */
export const assetRoutes: readonly Route[] = assets.map(route)

function route({ path, type, body }: Asset): Route {
  return {
    path,
    errors: 'page',
    anywhere: true,
    GET: async ({ reply }) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('x-content-type-options', 'nosniff')
        .send(body),
  }
}
