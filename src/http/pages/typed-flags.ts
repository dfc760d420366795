import { needsPlatform, type Registration } from '../../advisor/registration.ts'
import { sh } from '../../snippets/quote.ts'
import { redirectHint } from './redirect-hint.ts'

/** An API that comes with a client; each scope is a line. */
interface NewApi {
  readonly audience: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly user_scopes: readonly string[]
}

/** What a form asks of a client, as the commands take it; what is absent has no flag. */
export interface TypedFlags {
  readonly redirect_uris?: readonly string[] | undefined
  readonly audiences?: readonly string[] | undefined
  /** The API that is registered with it, and not among `audiences`. */
  readonly api?: NewApi | undefined
  readonly network?: { readonly cidrs: readonly string[]; readonly text: string } | undefined
  readonly federated?: { readonly issuer: string; readonly subject: string } | undefined
}

/** Each flag with its value, one word of a shell whatever is in it. */
export function typedFlags({
  redirect_uris = [],
  audiences = [],
  api,
  network,
  federated,
}: TypedFlags): readonly string[] {
  return [
    ...(api ? newApiFlags(api) : []),
    ...audiences.map(it => `--audience ${sh(it)}`),
    ...redirect_uris.map(it => `--redirect-uri ${sh(it)}`),
    ...(network ? [...network.cidrs.map(it => `--network ${sh(it)}`), `--network-name ${sh(network.text)}`] : []),
    ...(federated
      ? [`--federated-issuer ${sh(federated.issuer)}`, `--federated-subject ${sh(federated.subject)}`]
      : []),
  ]
}

function newApiFlags({ audience, name, scopes, user_scopes }: NewApi): readonly string[] {
  return [
    `--new-api ${sh(audience)}`,
    `--new-api-name ${sh(name)}`,
    ...scopes.map(it => `--new-api-scope ${sh(it)}`),
    ...user_scopes.map(it => `--new-api-user-scope ${sh(it)}`),
  ]
}

/** What stands in for what nobody has typed yet. */
export function examplesFor(registration: Registration): TypedFlags {
  const { response_types, login_only, network, grantwise } = registration
  return {
    ...(grantwise.acts_for.includes('self') && !login_only ? { audiences: ['https://api.example.com'] } : {}),
    ...(response_types.length > 0 ? { redirect_uris: [redirectHint(registration).example] } : {}),
    ...(network ? { network: { cidrs: ['10.0.0.0/8'], text: 'the office network' } } : {}),
    ...(needsPlatform(grantwise.advice)
      ? { federated: { issuer: 'https://ci.example.com', subject: 'repo:my/app:ref:refs/heads/main' } }
      : {}),
  }
}
