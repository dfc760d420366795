import { isIP } from 'node:net'
import * as z from 'zod'
import { allowances } from '../core/retired.ts'
import { issuerFault } from './issuer.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const portRange = 'a whole number from 0 to 65535 (0 takes any free port)'
const share = 'off, all, or a share of them from 0 to 1'
const network = 'an IP address or a network like 10.0.0.0/8 or fd00::/8, never the whole internet'
const bearer = 'letters, digits and -._~+/ (RFC 6750 §2.1)'
const retired = `a list of ${allowances.join(', ')}`
const days = 'a whole number of days from 1 to 36500'
const hostName = 'a host name or an IP address, without scheme, port or brackets'

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected })

/** What each setting may be; an issue's message is what was expected. */
export const settings = {
  port: z.int({ error: portRange }).min(0, { error: portRange }).max(65535, { error: portRange }),
  host: z.string({ error: hostName }).refine(isHost, { error: hostName }),
  issuer: text('an absolute https URL').superRefine((issuer, context) => {
    const fault = issuerFault(issuer)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  }),
  data_dir: text('a directory'),
  secret_file: text('a path'),
  apply: z.array(text('a path'), { error: 'a list of paths' }),
  trust_proxy: z.array(z.string({ error: network }).refine(isNetwork, { error: network }), {
    error: 'a list of networks',
  }),
  outgoing_allow: z.array(z.string({ error: network }).refine(isNetwork, { error: network }), {
    error: 'a list of networks',
  }),
  tls_cert: text('a path'),
  tls_key: text('a path'),
  dev: z.boolean({ error: 'true or false' }),
  journeys: z.union([z.enum(['off', 'all']), z.number().min(0, share).max(1, share)], share),
  sign_up: z.boolean({ error: 'true or false' }),
  allow: z.array(z.enum(allowances, { error: `one of ${allowances.join(', ')}` }), { error: retired }),
  log_level: z.enum(logLevels, { error: `one of ${logLevels.join(', ')}` }),
  metrics_token: z.string({ error: bearer }).regex(/^[A-Za-z0-9\-._~+/]+=*$/, { error: bearer }),
  audit_retention_days: z.int({ error: days }).min(1, { error: days }).max(36_500, { error: days }),
} as const

export type Setting = keyof typeof settings
export type SettingValue<K extends Setting> = z.output<(typeof settings)[K]>

export const settingNames = Object.keys(settings) as readonly Setting[]

/** Settings that may be given several times: a repeated flag, a comma-separated variable, a JSON list. */
export const listSettings: readonly Setting[] = ['apply', 'trust_proxy', 'outgoing_allow', 'allow']

function isHost(host: string): boolean {
  // A name that ends in a number is an IP address to a browser, and not a good one if isIP does not know it.
  return (
    isIP(host) !== 0 ||
    /^(?!.*\.\d+$)(?!\d+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(host)
  )
}

function isNetwork(range: string): boolean {
  const [address = '', prefix, more] = range.split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined || address.includes('%')) return false
  // A prefix of 0 would believe anybody's forwarded headers.
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}
