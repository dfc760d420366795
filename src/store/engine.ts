import type { Work } from './work.ts'

/** Numbers that go up when what caches hold was changed, by this process or another. */
export interface Versions {
  readonly registrations: number
  readonly keys: number
}

/** What runs units of work: a database and how to talk to it. */
export interface Engine {
  /** Sees what is committed, and nothing else. */
  read<T>(work: Work<T>): Promise<T>
  /** Settles once durable. A unit that fails leaves no trace; the engine may run it more than once. */
  write<T>(work: () => Work<T>): Promise<T>
  /** As known in this turn of the event loop; cheap. */
  versions(): Versions
  /** Makes `versions` look again: this process committed a change to them. */
  refreshVersions(): void
}
