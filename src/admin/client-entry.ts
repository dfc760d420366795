import { structuredPatch } from 'diff'
import type { Client } from '../core/client.ts'

/** A client in an apply file, with nothing that proves it: a file without a secret leaves the stored one as it is. */
export type ClientEntry = Omit<Client, 'secrets'>

export function entryOf({ secrets: _, ...entry }: Client): ClientEntry {
  return entry
}

/** One line of a unified diff: what leaves begins with `-`, what comes with `+`. */
export interface DiffLine {
  readonly kind: 'leaves' | 'comes' | 'stays' | 'place'
  readonly text: string
}

const kinds = { '-': 'leaves', '+': 'comes', ' ': 'stays' } as const

/** What an apply file leaves out and what it brings, line by line; nothing where the two say the same. */
export function diffEntries(before: object, after: object): readonly DiffLine[] {
  const text = (entry: object) => `${JSON.stringify(entry, null, 2)}\n`
  const { hunks } = structuredPatch('', '', text(before), text(after), '', '', { context: 3 })
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    { kind: 'place', text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` },
    ...lines.map((line): DiffLine => ({ kind: kinds[line[0] as keyof typeof kinds] ?? 'stays', text: line })),
  ])
}
