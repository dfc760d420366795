import type { Versions } from '../engine.ts'
import { listing, query, type Work } from '../work.ts'

const bump = query<{ name: string }>('UPDATE versions SET version = version + 1 WHERE name = $name')

/** Tells every process that what it keeps of this is old. First in its transaction: writers then wait for each other. */
export function* bumpVersion(name: keyof Versions): Work<void> {
  yield* bump({ name })
}

const all = listing<{ name: keyof Versions; version: number }>('SELECT name, version FROM versions')

export function* findVersions(): Work<Versions> {
  const rows = yield* all()
  const version = (name: keyof Versions) => rows.find(row => row.name === name)?.version ?? 0
  return { registrations: version('registrations'), keys: version('keys') }
}
