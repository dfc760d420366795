import { albums } from './data/albums.ts'
import { listener } from './data/listeners.ts'
import { pageOf } from './paging.ts'
import type { DemoScope } from './registration.ts'

/** What an endpoint answers from, once the token is good. */
export interface Asked {
  /** Whom the token is about; '' where the endpoint needs nobody. */
  readonly sub: string
  readonly query: URLSearchParams
  /** Its own address, for links to the next page. */
  readonly url: string
}

/** One endpoint: what a token must have to be answered, and with what. */
export interface Endpoint {
  readonly path: string
  readonly title: string
  readonly scope: DemoScope
  /** Whether an app's own token, without a user, is not enough. */
  readonly needs_user: boolean
  answer(asked: Asked): object
}

export const endpoints: readonly Endpoint[] = [
  {
    path: '/albums',
    title: 'The catalogue, one page at a time',
    scope: 'albums:read',
    needs_user: false,
    answer: ({ query, url }) => pageOf(albums, query, url),
  },
  {
    path: '/me',
    title: 'Whoever the token is about',
    scope: 'me:read',
    needs_user: true,
    answer({ sub }) {
      const { playlists, ...rest } = listener(sub)
      return { id: sub, ...rest, playlists: playlists.length }
    },
  },
  {
    path: '/me/playlists',
    title: "That person's playlists, one page at a time",
    scope: 'playlists:read',
    needs_user: true,
    answer: ({ sub, query, url }) => pageOf(listener(sub).playlists, query, url),
  },
]
