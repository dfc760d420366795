import { argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** A password hash in the PHC string format, taken apart. */
interface Phc {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly nonce: Buffer
  readonly tag: Buffer
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const params = { memory: 19_456, passes: 2, parallelism: 1 } as const
const saltLength = 16
const tagLength = 32

const shape = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** A hash that no password has: what it costs to find that out is what any other costs. */
export const dummyHash: string = encode({ ...params, nonce: Buffer.alloc(saltLength), tag: Buffer.alloc(tagLength) })

/** Whether this server can verify passwords with this hash: argon2id in PHC format, at a cost it is willing to pay. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== undefined
}

/** Whether checking a password against this hash costs what it costs with ours. */
export function hasOwnCost(text: string): boolean {
  const phc = parse(text)
  return phc?.memory === params.memory && phc.passes === params.passes && phc.parallelism === params.parallelism
}

/** A new hash of a password. Takes 30 ms of one core and 19 MiB. */
export function hashPassword(password: string): string {
  const nonce = randomBytes(saltLength)
  return encode({ ...params, nonce, tag: compute(password, { ...params, nonce }, tagLength) })
}

export function verifyPassword(text: string, password: string): boolean {
  const phc = parse(text)
  return phc !== undefined && timingSafeEqual(compute(password, phc, phc.tag.length), phc.tag)
}

function compute(message: string, { nonce, ...cost }: Omit<Phc, 'tag'>, length: number): Buffer {
  const { memory, passes, parallelism } = cost
  return argon2Sync('argon2id', { message, nonce, memory, passes, parallelism, tagLength: length })
}

function parse(text: string): Phc | undefined {
  const [, m, t, p, salt, tag] = shape.exec(text) ?? []
  if (salt === undefined || tag === undefined) return undefined
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)]
  if (!isAffordable(memory, passes, parallelism)) return undefined
  return { memory, passes, parallelism, nonce: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

/** RFC 9106 §3.1 from below; from above twice the memory of its second recommendation, so that no imported hash stalls sign-in. */
function isAffordable(memory: number, passes: number, parallelism: number): boolean {
  return (
    parallelism >= 1 &&
    parallelism <= 16 &&
    memory >= 8 * parallelism &&
    memory <= 131_072 &&
    passes >= 1 &&
    memory * passes <= 524_288
  )
}

function encode({ memory, passes, parallelism, nonce, tag }: Phc): string {
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`
}
