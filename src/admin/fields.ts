import * as z from 'zod'
import { clientIdWords, isClientId } from '../core/client-id.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import { redirectUriFault } from './redirect-uri.ts'

// Every message here is the words that follow "expected".

export const flag = z.boolean({ error: 'true or false' })

export function oneOf<const T extends readonly string[]>(...values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}

export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** Words for people: one line, not too long to show. */
export function line(max = 200) {
  const error = `one line of 1 to ${max} characters`
  return z.string({ error }).regex(new RegExp(`^[^\\p{Cc}]{1,${max}}$`, 'u'), { error })
}

/** A string that a rule may refuse with the words that follow "expected". */
export function textWith(expected: string, fault: (text: string) => string | undefined) {
  return z.string({ error: expected }).superRefine((text, context) => {
    const message = fault(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}

/** A list that names nothing twice. */
export function listOf<T extends z.ZodType<string>>(item: T, what: string) {
  return z.array(item, { error: `a list of ${what}` }).superRefine((items, context) => {
    for (const [index, value] of items.entries()) {
      if (items.indexOf(value) === index) continue
      context.addIssue({ code: 'custom', message: `each of the ${what} once`, path: [index] })
    }
  })
}

const loginWords = 'a login: 1 to 254 visible characters'

/** A login in the one spelling under which it is kept. */
export const login = textWith(loginWords, text =>
  normaliseLogin(text) === undefined ? loginWords : undefined,
).transform(text => normaliseLogin(text) ?? text)

export const redirectUri = textWith('a URI', redirectUriFault)

/** A page to link to: never a scheme that runs. */
export const webPage = textWith('an https URL', url =>
  /^https?:\/\//.test(url) ? redirectUriFault(url) : 'an https URL',
)

const https = 'an https URL without user name, query or fragment'

/** An address that this server itself asks: only as far as its guard lets it. */
export const httpsUrl = textWith(https, url => {
  const { protocol, username, password, search, hash } = URL.parse(url) ?? {}
  const plain = protocol === 'https:' && !username && !password && !search && !hash && !/[\s#?]|\p{Cc}/u.test(url)
  return plain && url.length <= 2000 ? undefined : https
})

const absoluteUri = 'an absolute URI without fragment, spaces or user name (RFC 8707 §2)'

/** What an API is called (RFC 8707 §2). */
export const audience = textWith(absoluteUri, uri => {
  const plain = /^[a-z][a-z0-9+.-]*:[\x21\x22\x24-\x7e]+$/i.test(uri) && uri.length <= 2000
  return plain && URL.canParse(uri) && !/^[^/]*\/\/[^/?]*@/.test(uri) ? undefined : absoluteUri
})

export const clientId = z.string({ error: clientIdWords }).refine(isClientId, { error: clientIdWords })

/** RFC 6749 §3.3: printable ASCII but for space, quote and backslash. */
export function isScopeName(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
}

const error = 'a day like "2027-03-01", or seconds since 1970'

/** The beginning of a day (UTC), kept in seconds since 1970. */
export const day = z
  .union([z.int({ error }).min(0, { error }), z.iso.date({ error })], { error })
  .transform(given => (typeof given === 'number' ? given : Date.parse(given) / 1000))
