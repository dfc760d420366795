import type { AuditDetail } from './record.ts'

/** Members that a record names and never shows: secrets, hashes, and what is personal (who is deleted leaves nothing). */
const hidden: Readonly<Record<string, string>> = {
  secrets: 'client_secret',
  password_hash: 'password',
  login: 'login',
  email: 'email',
  claims: 'claims',
}

/** What a registration became: all of it when it is new or gone, else each member that differs, before and after. */
export function describeChange(before: object | undefined, after: object | undefined): AuditDetail {
  if (before === undefined) return { after: shown(flat(after ?? {})) }
  if (after === undefined) return { before: shown(flat(before)) }
  const [old, now] = [flat(before), flat(after)]
  const differing = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(name => !same(old[name], now[name]))
  return {
    changed: Object.fromEntries(
      differing.map(name =>
        name in hidden
          ? [hidden[name], 'changed']
          : [name, { before: cut(old[name]) ?? null, after: cut(now[name]) ?? null }],
      ),
    ),
  }
}

type Members = Readonly<Record<string, unknown>>

/** Ours beside the registered ones, with `grantwise.` before their names. */
function flat(registration: object): Members {
  const { grantwise, ...rest } = registration as Members
  const ours = Object.entries(grantwise ?? {}).map(([name, value]) => [`grantwise.${name}`, value] as const)
  return { ...rest, ...Object.fromEntries(ours) }
}

function shown(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => (name in hidden ? [hidden[name], 'set'] : [name, cut(value)])),
  )
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const longest = 512
const most = 32

/** No longer than anybody reads: what a file says must not fill the trail. */
function cut(value: unknown): unknown {
  if (typeof value === 'string' && value.length > longest)
    return `${value.slice(0, longest)}… (${value.length} characters)`
  if (Array.isArray(value)) {
    const kept = value.slice(0, most).map(cut)
    return value.length > most ? [...kept, `… ${value.length - most} more`] : kept
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const kept = entries.slice(0, most).map(([name, member]) => [name, cut(member)] as const)
  return Object.fromEntries(entries.length > most ? [...kept, ['…', `${entries.length - most} more`]] : kept)
}
