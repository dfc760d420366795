import { describeAdvisedClient } from '../../admin/advised-client.ts'
import type { Registration } from '../../advisor/registration.ts'
import { holdsSecret } from '../../core/client.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import type { KnownToFile } from './advised-file.ts'
import { examplesFor } from './typed-flags.ts'

/** What stands in for an API that is not known. */
const exampleApi: ResourceServer = {
  audience: 'https://api.example.com',
  name: 'Example API',
  access_token_format: 'jwt',
  access_token_ttl: 3600,
  access_token_signing_alg: 'ES256',
  client_id: null,
  allow_offline_access: true,
  scopes: {
    'catalog:read': { description: 'Read the catalog', requires_user: false },
    'profile:read': { description: 'Read your profile', requires_user: true },
  },
}

interface Part {
  readonly registration: Registration
  readonly name: string
}

/**
 * The one command that registers the parts of a system together, to be pasted as it stands. Ids and secrets are made
 * where it runs, and printed once it is done; what nobody knows yet has an example.
 */
export function applyCommand(parts: readonly Part[], { apis = [], owner }: KnownToFile = {}): string {
  const api = (apis.length === 1 ? apis[0] : undefined) ?? exampleApi
  const ids = idsFor(parts)
  const named = parts.map((part, index) => {
    const secret = holdsSecret(part.registration.token_endpoint_auth_method) ? `secret_${index + 1}` : undefined
    return { ...part, id: ids[index] ?? '', secret }
  })
  const clients = named.map(({ registration, name, id, secret }) => {
    const { redirect_uris = [], network, federated } = examplesFor(registration)
    const typed = {
      client_id: made(`${id}-`, 'id'),
      client_name: name,
      redirect_uris,
      audiences: [api.audience],
      scope: undefined,
      client_secret: secret && made('', secret),
      federated,
      network,
      owners: owner === undefined ? [] : [owner],
    }
    return describeAdvisedClient(registration, typed, [api])
  })
  const secrets = named.flatMap(({ secret }) => (secret === undefined ? [] : [`${secret}=$(openssl rand -hex 32)`]))
  const said = named.map(({ id, secret }) => `"${id}-$id${secret === undefined ? '' : ` client_secret $${secret}`}"`)
  return [
    'id=$(openssl rand -hex 4)',
    ...secrets,
    'npx grantwise apply - <<END &&',
    forHereDocument(JSON.stringify({ clients }, null, 2)),
    'END',
    `printf '%s\\n' ${said.join(' \\\n  ')}`,
  ].join('\n')
}

/** Ids to begin with, each once: of a name what an id may have. */
function idsFor(parts: readonly Part[]): readonly string[] {
  const slugs = parts.map(({ name }) => {
    const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['app']
    return words.join('-').slice(0, 40)
  })
  return slugs.map((slug, index) => (slugs.indexOf(slug) === index ? slug : `${slug}-${index + 1}`))
}

/** Stands for the value of a shell's variable, by a character that no name has. */
function made(before: string, variable: string): string {
  return `${before}\u0000${variable}`
}

/**
 * As a shell reads it in a here-document (POSIX 2.7.4): nothing in it is the shell's but the variables that are meant.
 * Bash looks for its history behind each exclamation mark, so there is none.
 */
function forHereDocument(json: string): string {
  return json.replaceAll(/\\u0000|\\.|[$`!]/g, token => {
    if (token === '\\u0000') return '$'
    return token === '!' ? '\\\\u0021' : token.replaceAll(/[\\$`]/g, it => `\\${it}`)
  })
}
