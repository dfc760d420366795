import { type Album, albums } from './albums.ts'

/** A list of records that somebody made. */
export interface Playlist {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly albums: readonly Album[]
}

/** What the shop knows of somebody who listens; the rest is the authorization server's to know. */
export interface Listener {
  readonly display_name: string
  /** A year; none yet for somebody new. */
  readonly listening_since: number | null
  readonly favourite_genres: readonly string[]
  readonly playlists: readonly Playlist[]
}

function playlist(id: string, name: string, description: string, ...numbers: readonly number[]): Playlist {
  return { id, name, description, albums: numbers.flatMap(number => albums[number - 1] ?? []) }
}

/** By `sub`, the one name of a user that an access token carries (RFC 9068 §2.2). */
const known: Readonly<Record<string, Listener>> = {
  'demo-ada': {
    display_name: 'Ada',
    listening_since: 1843,
    favourite_genres: ['ambient', 'classical guitar', 'piano'],
    playlists: [
      playlist('ada-1', 'Music for looms', 'Patterns that repeat until they do not.', 4, 16, 21, 29),
      playlist('ada-2', 'Note G', 'For a first program, and for finding what is wrong with it.', 14, 22, 23, 31),
      playlist('ada-3', 'Letters to Mr Babbage', 'To be played while waiting for an engine.', 6, 17, 36, 41),
      playlist('ada-4', 'Sunday in Somerset', 'Nothing with numbers in it.', 1, 26, 35),
    ],
  },
  'demo-grace': {
    display_name: 'Grace',
    listening_since: 1952,
    favourite_genres: ['jazz', 'country', 'ska'],
    playlists: [
      playlist('grace-1', 'Moths in the relay', 'The first actual cases.', 7, 34, 38),
      playlist('grace-2', 'One nanosecond', 'As long as a piece of wire.', 9, 13, 24, 37, 39),
      playlist('grace-3', 'Night watch', 'Ships, harbours, and the time they keep.', 3, 11, 19, 28),
    ],
  },
}

/** Somebody new has something to look at too. */
const newcomer: Listener = {
  display_name: 'New here',
  listening_since: null,
  favourite_genres: [],
  playlists: [playlist('welcome-1', 'Start anywhere', 'Four records that nobody regrets.', 2, 12, 18, 30)],
}

export function listener(sub: string): Listener {
  return (Object.hasOwn(known, sub) ? known[sub] : undefined) ?? newcomer
}
