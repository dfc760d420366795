import type { StoredKey } from '../keys/ports.ts'

const order: Readonly<Record<StoredKey['status'], number>> = { current: 0, next: 1, retired: 2 }

/** Signing keys for people or programs; their private halves stay where they are. */
export function printKeys(keys: readonly StoredKey[], json: boolean): void {
  const sorted = keys.toSorted((a, b) => a.alg.localeCompare(b.alg) || order[a.status] - order[b.status])
  if (json) {
    const shown = sorted.map(({ sealed: _, ...key }) => key)
    console.log(JSON.stringify({ keys: shown }, null, 2))
    return
  }
  const rows = sorted.map(({ alg, status, kid, created_at, signs_from, retired_at }) => [
    alg,
    status,
    kid,
    date(created_at),
    date(signs_from),
    retired_at === undefined ? '' : date(retired_at),
  ])
  const all = [['alg', 'status', 'kid', 'created', 'signs from', 'retired'], ...rows]
  const widths = all.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), [])
  for (const row of all)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
