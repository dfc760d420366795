import { isOpen } from '../addresses.ts'
import type { Rule } from '../finding.ts'
import { spell } from '../members.ts'

/** Who still uses a retired flow. */
export interface RetiredUses {
  readonly flow: string
  readonly client_id: string
  readonly times: number
  /** Seconds since the last use. */
  readonly ago: number
}

/** This server as it is set up, for the checklist of docs/production.md. */
export interface Installation {
  readonly issuer: string
  readonly host: string
  readonly tls: boolean
  readonly dev: boolean
  readonly sign_up: boolean
  readonly log_level: string
  readonly trust_proxy: readonly string[]
  readonly outgoing_allow: readonly string[]
  readonly allow: readonly string[]
  readonly metrics_token: string | undefined
  readonly audit_retention_days: number
  /** Whether others on this machine can read the server's secret. */
  readonly secret_exposed: boolean
  /** Whether others on this machine can put another database, or another secret, in the place of the server's. */
  readonly directory_open: boolean
  readonly has_admin: boolean
  readonly retired: readonly RetiredUses[]
}

const isLoopback = (host: string) => /^127\.|^::1$|^\[::1\]$|^localhost$/.test(host)
const everybody = ['0.0.0.0/0', '::/0']

export const installationRules: readonly Rule<Installation>[] = [
  {
    id: 'demo-on',
    severity: 'error',
    rule: 'docs/production.md',
    find({ dev }) {
      if (!dev) return undefined
      return {
        member: 'dev',
        what: 'The server runs with --dev: everybody knows its demo passwords and sees every request.',
        mend: 'Start it without --dev, with a data directory of its own.',
      }
    },
  },
  {
    id: 'issuer-not-https',
    severity: 'error',
    rule: 'RFC 8414 §2, RFC 6749 §3.1',
    find({ issuer }) {
      if (!isOpen(issuer)) return undefined
      return {
        member: 'issuer',
        what: `The issuer is ${issuer}: passwords, codes and tokens go over the network as they are.`,
        mend: `Give it a certificate, by a proxy in front or --tls-cert, and --issuer ${issuer.replace(/^http:/, 'https:')} in a new data directory.`,
      }
    },
  },
  {
    id: 'issuer-local',
    severity: 'note',
    rule: 'docs/production.md',
    find({ issuer }) {
      if (!isLoopback(new URL(issuer).hostname)) return undefined
      return {
        member: 'issuer',
        what: `The issuer is ${issuer}, which only this machine can reach.`,
        mend: 'Set --issuer to the https address that people will see, before anything is registered.',
      }
    },
  },
  {
    id: 'listening-open',
    severity: 'warning',
    rule: 'docs/production.md',
    find({ host, tls, issuer, trust_proxy }) {
      if (tls || isLoopback(host) || !issuer.startsWith('https:') || trust_proxy.length > 0) return undefined
      return {
        member: 'host',
        what: `It listens on ${host} by http and trusts no proxy: whoever goes around the proxy reaches it unencrypted.`,
        mend: 'Listen on 127.0.0.1 behind the proxy and name the proxy with --trust-proxy, or serve TLS itself.',
      }
    },
  },
  {
    id: 'proxy-anybody',
    severity: 'error',
    rule: 'docs/configuration.md',
    find({ trust_proxy }) {
      const found = trust_proxy.filter(it => everybody.includes(it))
      if (found.length === 0) return undefined
      return {
        member: 'trust_proxy',
        what: `Whoever connects is believed about where they come from (${found.join(', ')}): limits and network policies stop nobody.`,
        mend: 'Name the addresses of the proxies alone.',
      }
    },
  },
  {
    id: 'outgoing-wide',
    severity: 'warning',
    rule: 'docs/client-authentication.md',
    find({ outgoing_allow }) {
      if (outgoing_allow.length === 0) return undefined
      return {
        member: 'outgoing_allow',
        what: `Who may register clients can have this server ask for addresses within ${outgoing_allow.join(', ')}.`,
        mend: 'Keep it as narrow as the hosts whose keys are needed.',
      }
    },
  },
  {
    id: 'secret-exposed',
    severity: 'error',
    rule: 'docs/production.md',
    find({ secret_exposed }) {
      if (!secret_exposed) return undefined
      return {
        member: 'secret',
        what: 'Others on this machine can read the secret that the signing keys are sealed with.',
        mend: 'chmod 600 the file; if somebody may have read it, rotate the keys.',
      }
    },
  },
  {
    id: 'directory-open',
    severity: 'error',
    rule: 'docs/production.md',
    find({ directory_open }) {
      if (!directory_open) return undefined
      return {
        member: 'data_dir',
        what: 'Others on this machine can write to the data directory: they can put a database of their own in its place.',
        mend: 'chmod 700 the directory, and give it to the user that runs Grantwise (chown -R).',
      }
    },
  },
  {
    id: 'admin-missing',
    severity: 'note',
    rule: 'docs/users.md',
    find({ has_admin }) {
      if (has_admin) return undefined
      return {
        what: 'Nobody is an administrator.',
        mend: 'Open the set-up link that the start prints, or run grantwise user add NAME --role admin.',
      }
    },
  },
  {
    id: 'sign-up-open',
    severity: 'note',
    rule: 'docs/users.md',
    find({ sign_up, dev }) {
      if (!sign_up || dev) return undefined
      return {
        member: 'sign_up',
        what: 'Strangers may make accounts.',
        mend: 'Start it without --sign-up, if they should not.',
      }
    },
  },
  {
    id: 'metrics-token-short',
    severity: 'warning',
    rule: 'docs/observability.md',
    find({ metrics_token }) {
      if (metrics_token === undefined || metrics_token.length >= 16) return undefined
      return {
        member: 'metrics_token',
        what: `The metrics token has ${metrics_token.length} characters, which can be guessed.`,
        mend: 'Make one with openssl rand -hex 24.',
      }
    },
  },
  {
    id: 'log-verbose',
    severity: 'note',
    rule: 'docs/observability.md',
    find({ log_level }) {
      if (log_level !== 'debug' && log_level !== 'trace') return undefined
      return {
        member: 'log_level',
        what: `Every request is logged (${log_level}).`,
        mend: 'Use info, unless you look for something.',
      }
    },
  },
  {
    id: 'retired-unused',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.2, §2.4',
    find({ allow, retired }) {
      if (allow.length === 0 || retired.length > 0) return undefined
      return {
        member: 'allow',
        what: `Retired flows are offered (${allow.join(', ')}), and the audit trail knows of nobody who uses them.`,
        mend: 'Take --allow away.',
      }
    },
  },
  {
    id: 'retired-used',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.2, §2.4',
    find({ retired }) {
      return retired.map(({ flow, client_id, times, ago }) => ({
        member: client_id,
        what: `The client ${client_id} used ${flow} ${times === 1 ? 'once' : `${times} times`}, last ${spell(ago)} ago.`,
        mend: 'Move it to authorization_code with PKCE (docs/retired-flows.md).',
      }))
    },
  },
]
