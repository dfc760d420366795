import { findFlow, flowOf } from '../advisor/flows.ts'
import { authlib } from './authlib.ts'
import { curl } from './curl.ts'
import { envFile } from './env-file.ts'
import { expressOpenidConnect } from './express-openid-connect.ts'
import { oauth4webapi } from './oauth4webapi.ts'
import { oidcClientTs } from './oidc-client-ts.ts'
import { openidClient } from './openid-client.ts'
import { type CodeRequest, type Situation, situationOf } from './situation.ts'
import type { Snippet, Stack } from './snippet.ts'

/** What there is code for. The first that fits is shown first. */
export const stacks: readonly Stack[] = [openidClient, oidcClientTs, oauth4webapi, expressOpenidConnect, authlib, curl]

/** Code for one client. */
export interface ClientCode {
  /** The `.env` that goes beside it; absent for a client that keeps nothing secret. */
  readonly env?: string
  /** One for each stack that fits. */
  readonly snippets: readonly Snippet[]
  /** What to know besides, or why there is no code; a sentence or two each. */
  readonly remarks: readonly string[]
}

/**
 * The code by which a client gets its first token, filled in. Its secret is nowhere in it but, where it is given, in the
 * `.env`.
 */
export function codeFor(request: CodeRequest, client_secret?: string): ClientCode {
  const situation = situationOf(request)
  if ('why' in situation) return { snippets: [], remarks: [situation.why] }
  const env = envFile(situation, client_secret)
  return {
    ...(env === undefined ? {} : { env }),
    snippets: stacks.flatMap(stack => {
      if (situation.key !== undefined && !stack.signs) return []
      const written = stack.write(situation)
      return written === undefined ? [] : [{ id: stack.id, name: stack.name, ...written }]
    }),
    remarks: remarksOn(request, situation),
  }
}

function remarksOn({ flow, client }: CodeRequest, { kind, method, key }: Situation): readonly string[] {
  const advised = findFlow(flow)
  const signsIn = kind === 'server' || kind === 'browser' || kind === 'loopback' || kind === 'scheme'
  const withoutPkce = advised?.response_types.includes('code') && !advised.pkce
  return [
    ...(kind === 'password' ? [flowOf('password').retired ?? ''] : []),
    ...(flow === 'bff'
      ? [
          'This is the sign-in of your small server. It keeps the tokens in a session; the page gets that session’s cookie, and calls the server. examples/bff.ts of Grantwise is the whole of it.',
        ]
      : []),
    ...(flow === 'authorization_code+bootstrap'
      ? [
          'Sign in once by this, and keep the refresh_token, encrypted, where the job runs: it trades that for access tokens (refreshTokenGrant).',
        ]
      : []),
    ...(signsIn && withoutPkce
      ? ['This policy does not ask for PKCE; the code sends it all the same, and it protects every sign-in.']
      : []),
    ...(kind === 'scheme'
      ? [
          'For a desktop app: register the scheme with the system (a .desktop file on Linux, the registry on Windows, the bundle on macOS), which then starts the app with the address. On a phone, AppAuth for iOS or Android does the same with the issuer, the client_id, the redirect URI and the scope.',
        ]
      : []),
    ...(key === undefined
      ? []
      : [
          'It signs with a private key that it alone has: a file (PEM) that PRIVATE_KEY_FILE names, beside the public key that is registered.',
        ]),
    ...(kind === 'server' && method === 'none' && client.grantwise.runs_on === 'server'
      ? ['It has no secret: PKCE alone ties each answer to the server that asked.']
      : []),
  ]
}
