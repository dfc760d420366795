import { type FlowId, findFlow, flowOf } from '../advisor/flows.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import { type SigningKey, signingKeyOf } from './signing-key.ts'
import type { CodeClient } from './snippet.ts'

/** Where code runs, and how it gets its token. */
export type Kind = 'server' | 'browser' | 'loopback' | 'scheme' | 'device' | 'self' | 'federated' | 'password'

/** What is filled in. */
export interface Situation {
  readonly kind: Kind
  readonly issuer: string
  readonly client_id: string
  /** The one that this code is sent back to; empty where nothing redirects. */
  readonly redirect_uri: string
  /** Space-separated; empty to leave it out. */
  readonly scope: string
  /** Whether an ID Token comes. */
  readonly openid: boolean
  /** Whether a refresh token comes, by which it goes on when the access token ends (RFC 6749 §6). */
  readonly renews: boolean
  /** Named where the client has several APIs, since a token is for one (RFC 8707 §2). */
  readonly resource: string | undefined
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** What it signs with, by that method. */
  readonly key: SigningKey | undefined
  /** An http issuer is for trying things on one machine: libraries must be told to put up with it. */
  readonly insecure: boolean
  /** What a platform's token must be for. */
  readonly platform_audience: string
  /** Whether any free port of this computer will do (RFC 8252 §7.3). */
  readonly any_port: boolean
}

export interface CodeRequest {
  readonly issuer: string
  readonly client: CodeClient
  /** The advice that it is registered by, if it was by one. */
  readonly flow: FlowId | undefined
}

/** What code for a client is to do; or why none is offered. */
export function situationOf({ issuer, client, flow }: CodeRequest): Situation | { readonly why: string } {
  const kind = kindOf(client, flow)
  if (typeof kind !== 'string') return kind
  const method = kind === 'federated' ? 'none' : methodOf(client, kind)
  if (method === undefined) {
    return {
      why: `It proves itself by ${client.token_endpoint_auth_method}, and no library that is kept up has code for that.`,
    }
  }
  const { client_id, redirect_uris, grantwise } = client
  const [audience, another] = grantwise.audiences
  const alone = kind === 'self' || kind === 'federated'
  if (alone && audience === undefined) {
    return { why: 'It has no API yet, and without one there is no token for it.' }
  }
  return {
    kind,
    issuer,
    client_id,
    redirect_uri: redirectUriFor(kind, redirect_uris),
    // Without it, a program of its own gets what it is registered for.
    scope: alone ? '' : client.scope,
    openid: client.scope.split(' ').includes('openid'),
    renews: !alone && kind !== 'password' && isRenewable(client),
    resource: another === undefined ? undefined : audience,
    method,
    key: method === 'private_key_jwt' ? signingKeyOf(client) : undefined,
    insecure: issuer.startsWith('http:'),
    platform_audience: grantwise.federated?.audience ?? issuer,
    any_port: grantwise.runs_on === 'native' || grantwise.runs_on === 'cli',
  }
}

/** By Spotify's guide every code brings a refresh token; by the others' offline_access does (OIDC Core §11). */
function isRenewable({ grant_types, scope, grantwise: { policy } }: CodeClient): boolean {
  return grant_types.includes('refresh_token') && (policy === 'spotify' || scope.split(' ').includes('offline_access'))
}

/** By its flow, else by what it is registered for. */
function kindOf(client: CodeClient, id: FlowId | undefined): Kind | { readonly why: string } {
  const { grant_types, grantwise, redirect_uris } = client
  const flow = findFlow(id)
  const advised = grant_types.filter(it => flow?.grant_types.includes(it))
  const may = (grant: string) => (advised.length > 0 ? advised : grant_types).includes(grant)
  if (grantwise.federated) return 'federated'
  if (may(deviceCodeGrantType) && !(may('authorization_code') && redirect_uris.length > 0)) return 'device'
  if (may('authorization_code')) return redirectKind(client)
  if (may('client_credentials')) return 'self'
  if (may('password')) return 'password'
  return {
    why:
      (may('implicit') ? flowOf('implicit+silent').retired : undefined) ??
      'No library that is kept up has code for what it is registered for.',
  }
}

function redirectKind({ redirect_uris, grantwise: { runs_on } }: CodeClient): Kind | { readonly why: string } {
  if (redirect_uris.length === 0) return { why: 'It has no redirect URI, and without one nobody comes back to it.' }
  if (runs_on === 'server' || runs_on === 'browser') return runs_on
  if (redirect_uris.some(isLoopback)) return 'loopback'
  if (redirect_uris.some(hasOwnScheme)) return 'scheme'
  return {
    why: 'It comes back by an address that its system opens: use AppAuth for iOS, macOS or Android with the issuer, the client_id, the redirect URI and the scope. Code for loopback is here once an address like http://127.0.0.1/callback is registered too.',
  }
}

function redirectUriFor(kind: Kind, redirect_uris: readonly string[]): string {
  if (kind === 'scheme') return redirect_uris.find(hasOwnScheme) ?? ''
  const redirects = kind === 'server' || kind === 'browser' || kind === 'loopback'
  return redirects ? (redirect_uris.find(isLoopback) ?? redirect_uris[0] ?? '') : ''
}

function methodOf({ token_endpoint_auth_method: method }: CodeClient, kind: Kind): Situation['method'] | undefined {
  const known = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const
  // A page has no file that a key could be in.
  return known.find(it => it === method && !(kind === 'browser' && it === 'private_key_jwt'))
}

/** Whether a redirect URI has a scheme of the app's own (RFC 8252 §7.1). */
function hasOwnScheme(uri: string): boolean {
  return !/^https?:/.test(uri)
}

/** Whether a redirect URI leads to this computer (RFC 8252 §7.3). */
function isLoopback(uri: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)([:/?]|$)/.test(uri)
}

/** The address of something of this issuer's, by its path. */
export function addressAt({ issuer }: Pick<Situation, 'issuer'>, path: string): string {
  return issuer.replace(/\/$/, '') + path
}

/** What code reads of its environment: by name what is in the `.env`. */
export function settingsRead(method: Situation['method']): string {
  const proof = method === 'private_key_jwt' ? 'PRIVATE_KEY_FILE' : 'CLIENT_SECRET'
  return `const { ISSUER = '', CLIENT_ID = '', ${proof} = '' } = process.env`
}

/** Where a program listens that this address leads to: a host as sockets name it, and a port. */
export function listenerOf({ redirect_uri }: Situation): { readonly host: string; readonly port: number } {
  if (!isLoopback(redirect_uri)) return { host: '127.0.0.1', port: 3000 }
  const { hostname, port } = new URL(redirect_uri)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
}
