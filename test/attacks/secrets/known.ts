/**
 * What a run used that nobody may read anywhere. A *secret* proves something or opens something: passwords (wrong ones
 * too, which are somebody's somewhere), client secrets, codes, verifiers, tokens of every kind, cookies, set-up codes,
 * sealed fields of pages, keys. *Private* is what an application or a person sent that is nobody else's business:
 * `state`, `nonce`, `login_hint`.
 */
export interface Known {
  readonly name: string
  readonly value: string
  readonly kind: 'secret' | 'private'
}

export interface Hoard {
  /** Remembers a value by a name, once, and gives it back. */
  hide(name: string, value: unknown, kind?: Known['kind']): string
  readonly all: readonly Known[]
}

export function createHoard(): Hoard {
  const byValue = new Map<string, Known>()
  return {
    hide(name, value, kind = 'secret') {
      if (typeof value !== 'string' || value.length < 8) throw new Error(`${name} is nothing to hide: ${value}`)
      if (!byValue.has(value)) byValue.set(value, { name, value, kind })
      return value
    },
    get all() {
      return [...byValue.values()]
    },
  }
}

/** Where a text holds what it must not: the name of it, and what stands around. */
export function findIn(text: string, known: readonly Known[]): readonly string[] {
  return known.flatMap(({ name, value }) => {
    const form = formsOf(value).find(it => text.includes(it))
    return form === undefined ? [] : [`${name}: ${around(text, form)}`]
  })
}

/** What a secret looks like as it is, in a URL, in JSON, in Base64; of a token the part that proves it. */
function formsOf(value: string): readonly string[] {
  const forms = [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
    Buffer.from(value).toString('hex'),
    ...halvesOf(value),
  ]
  return [...new Set(forms)].filter(form => form.length >= 8)
}

const opaque = /^[0-9a-v]{20}\.([A-Za-z0-9_-]{43})$/

/** The id of a token is public, its secret is not; of a JWT neither claims (their beginning, should it be cut) nor signature are. */
function halvesOf(value: string): readonly string[] {
  const half = opaque.exec(value)?.[1]
  if (half !== undefined) return [half]
  const [header = '', claims = '', signature, more] = value.split('.')
  const isJwt = header.startsWith('eyJ') && signature !== undefined && more === undefined
  return isJwt ? [claims.slice(0, 40), signature] : []
}

function around(text: string, form: string): string {
  const at = text.indexOf(form)
  return text.slice(Math.max(0, at - 120), at + form.length + 30).replaceAll(/[^\x20-\x7e]+/g, ' ')
}
