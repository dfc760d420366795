import { type AdvisedClient, describeAdvisedClient } from '../../admin/advised-client.ts'
import { needsPlatform, type Registration } from '../../advisor/registration.ts'
import { holdsSecret } from '../../core/client.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { redirectHint } from './redirect-hint.ts'

/** What the file knows besides the advice; what is unknown stays to be filled in. */
export interface KnownToFile {
  readonly apis?: readonly ResourceServer[]
  readonly owner?: string
}

/**
 * The apply file that registers what was advised, complete but for what nobody could know: that stands in angle
 * brackets, and the file is refused until it is filled in.
 */
export function advisedFile(
  parts: readonly { readonly registration: Registration; readonly name?: string | undefined }[],
  known: KnownToFile = {},
): { readonly clients: readonly AdvisedClient[] } {
  return { clients: parts.map(({ registration, name }) => clientOf(registration, name, known)) }
}

function clientOf(registration: Registration, name: string | undefined, { apis = [], owner }: KnownToFile) {
  const [api] = registration.login_only ? [] : apis
  const only = apis.length === 1 ? api : undefined
  const of = name === undefined ? '' : ` of ${name}`
  const described = describeAdvisedClient(
    registration,
    {
      client_id: `<id${of}>`,
      client_name: name ?? 'My app',
      redirect_uris: registration.response_types.length > 0 ? [`<${redirectHint(registration).example}>`] : [],
      audiences: [only?.audience ?? '<https://api.example.com>'],
      scope: undefined,
      client_secret: holdsSecret(registration.token_endpoint_auth_method) ? '<openssl rand -hex 32>' : undefined,
      federated: needsPlatform(registration.grantwise.advice)
        ? { issuer: '<iss of the platform’s tokens>', subject: '<sub of the job’s tokens>' }
        : undefined,
      network: registration.network ? { cidrs: ['<10.0.0.0/8>'], text: '<the office network>' } : undefined,
      owners: owner === undefined ? [] : [owner],
    },
    only === undefined ? [] : [only],
  )
  if (only !== undefined || registration.login_only) return described
  return { ...described, scope: `${described.scope} <scopes-of-the-API>`.trim() }
}
