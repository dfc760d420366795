import type { Client, ClientSettings } from '../core/client.ts'
import type { Situation } from './situation.ts'

/** What of a client's registration its code depends on. */
export interface CodeClient
  extends Pick<Client, 'client_id' | 'redirect_uris' | 'grant_types' | 'scope' | 'token_endpoint_auth_method'>,
    Pick<Client, 'token_endpoint_auth_signing_alg'> {
  /** Its public keys, where they are known (RFC 7517 §5). */
  readonly jwks?: unknown
  readonly grantwise: Pick<ClientSettings, 'runs_on' | 'audiences'> & {
    readonly policy?: ClientSettings['policy']
    readonly federated?: Pick<NonNullable<ClientSettings['federated']>, 'issuer' | 'audience'>
  }
}

/** Everything to copy for one library, or for none. */
export interface Snippet {
  readonly id: StackId
  /** What people call the library. */
  readonly name: string
  readonly language: 'Shell' | 'TypeScript' | 'HTML' | 'Python'
  /** What to call the file. */
  readonly file: string
  /** Absent where nothing has to be. */
  readonly install?: string
  readonly run: string
  /** The whole file. */
  readonly text: string
}

export type StackId =
  | 'curl'
  | 'openid-client'
  | 'oauth4webapi'
  | 'oidc-client-ts'
  | 'express-openid-connect'
  | 'authlib'

/** A library that code is written for, or none. */
export interface Stack {
  readonly id: StackId
  readonly name: string
  /** Whether its code signs with a key of the client's own. */
  readonly signs?: true
  /** Nothing where it does not do such things. */
  write(situation: Situation): Omit<Snippet, 'id' | 'name'> | undefined
}
