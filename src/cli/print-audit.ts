import type { AuditRecord } from '../audit/record.ts'
import { plainJson } from '../plain-json.ts'
import { plain } from './plain.ts'

const head = ['when', 'event', 'user', 'client', 'by', 'address', 'facts']

/** Columns wide enough for what is usual, so that lines that come later stand below those that are there. */
const usual = [20, 22, 10, 10, 8, 10]

/** A line for each record, below a head unless it goes on; cut where the screen ends. */
export function auditLines(
  records: readonly AuditRecord[],
  { headed, width }: { readonly headed: boolean; readonly width: number | undefined },
): readonly string[] {
  const rows = records.map(cellsOf)
  const all = headed ? [head, ...rows] : rows
  const widths = usual.map((least, at) => Math.max(least, ...all.map(row => row[at]?.length ?? 0)))
  return all
    .map(row => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .map(line => (width !== undefined && line.length > width ? `${line.slice(0, width - 1)}…` : line).trimEnd())
}

function cellsOf({ at, event, sub, login, client_id, by, detail }: AuditRecord): readonly string[] {
  return [
    timeOf(at),
    event,
    login ?? sub ?? '-',
    client_id ?? '-',
    // Who did it to somebody or something else is named.
    by.actor === 'user' && by.id !== sub ? (by.login ?? by.id ?? by.actor) : by.actor,
    by.address ?? '-',
    [...Object.entries(detail).flatMap(factOf), ...(by.reference === undefined ? [] : [by.reference])].join('  '),
  ].map(plain)
}

function factOf([name, value]: [string, unknown]): readonly string[] {
  // A whole registration is no line of a table.
  if ((name === 'before' || name === 'after') && isObject(value)) return []
  if (name === 'changed' && isObject(value))
    return Object.entries(value).map(([member, move]) => `${member} ${moveOf(move)}`)
  if (name === 'keys' && Array.isArray(value)) {
    return value.filter(isObject).map(key => `${wordsOf(key['alg'])} ${wordsOf(key['kid'])} ${moveOf(key)}`)
  }
  return [`${name}=${wordsOf(value)}`]
}

function moveOf(move: unknown): string {
  return isObject(move) ? `${wordsOf(move['before'])} → ${wordsOf(move['after'])}` : wordsOf(move)
}

function wordsOf(value: unknown): string {
  if (value === null) return 'none'
  if (Array.isArray(value) && value.every(it => typeof it === 'string')) return value.join(' ') || 'none'
  return typeof value === 'string' ? value || "''" : JSON.stringify(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A record for programs; what does not apply is absent. */
export function auditJson({ id, at, event, sub, login, client_id, by, detail }: AuditRecord): string {
  return plainJson(JSON.stringify({ id, time: timeOf(at), event, sub, login, client_id, by, detail }))
}

/** As RFC 3339 writes it. */
function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
