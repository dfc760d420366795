import type { FetchImplementation } from 'jose'
import type { Clock } from '../core/ports.ts'
import { type AccessToken, type Bearer, createVerifier } from './access-token.ts'
import { basePath } from './base-path.ts'
import { type Endpoint, endpoints } from './endpoints.ts'
import { type DemoCheck, Refusal } from './refusal.ts'
import { demoAudience, demoName, demoScopes } from './registration.ts'

/** What one request to the API was, and how it was decided; no token, no query. */
export interface DemoRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** The token's own words, once its signature was good; `familyOfJti` says which family it belongs to. */
  readonly bearer: Bearer
  /** In the order they were made; only the last can have failed. */
  readonly checks: readonly { readonly check: DemoCheck; readonly passed: boolean; readonly sentence?: string }[]
  readonly duration_ms: number
}

export interface DemoOptions {
  readonly issuer: string
  /** Where the issuer publishes its keys. */
  readonly jwks_uri: string
  readonly clock: Clock
  readonly fetch: FetchImplementation
  /**
   * Where an address stands to the network policy that holds for a client; nothing where none does. An API elsewhere asks
   * `/introspect`, with the address.
   */
  readonly network?: (client_id: string, address: string) => Promise<DemoNetwork | undefined>
  /** Hears of every request, once it is decided. */
  readonly onRequest?: (request: DemoRequest) => void
}

export interface DemoNetwork {
  readonly inside: boolean
  /** For whoever is outside. */
  readonly sentence: string
}

export interface Ask {
  readonly method: string
  /** Who asks, as far as the network tells. */
  readonly address: string
  readonly authorization: string | undefined
  readonly query: URLSearchParams
}

/** A reply as JSON. */
export interface Answer {
  readonly status: number
  readonly body: object
  /** RFC 6750 §3. */
  readonly challenge?: string
}

export interface DemoApi {
  /** RFC 9728 §2. */
  readonly metadata: object
  /** RFC 9728 §3.1: the well-known part comes before the resource's own path. */
  readonly metadataPath: string
  /** What there is, for whoever opens the API's own address. */
  readonly index: object
  answer(endpoint: Endpoint, ask: Ask): Promise<Answer>
}

/** The demo resource server, as far as it is no HTTP: it knows its issuer by name and keys, and nothing else of it. */
export function createDemoApi(options: DemoOptions): DemoApi {
  const { issuer, network = async () => undefined, onRequest = () => {} } = options
  const audience = demoAudience(issuer)
  const metadataPath = `/.well-known/oauth-protected-resource${new URL(audience).pathname}`
  const resource_metadata = new URL(issuer).origin + metadataPath
  const base = `${audience}/v1`
  const verify = createVerifier({ ...options, audience })

  async function decide(endpoint: Endpoint, ask: Ask, heard: Heard): Promise<Answer> {
    const known = (bearer: Bearer) => {
      heard.bearer = bearer
    }
    const passed = (check: DemoCheck) => void heard.checks.push({ check, passed: true })
    try {
      const token = await verify(ask.authorization, { passed }, known)
      const standing = await network(token.client_id, ask.address)
      if (standing?.inside === false) throw new Refusal(403, 'network-outside', standing.sentence)
      if (standing) passed('network-outside')
      const sub = authorize(token, endpoint, passed)
      return { status: 200, body: endpoint.answer({ sub, query: ask.query, url: base + endpoint.path }) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      heard.checks.push({ check: error.check, passed: false, sentence: error.message })
      const body = { error: error.error, error_description: error.message }
      if (error.status === 400) return { status: 400, body }
      return { status: error.status, body, challenge: challengeOf(error, endpoint, resource_metadata) }
    }
  }

  return {
    metadataPath,
    metadata: {
      resource: audience,
      authorization_servers: [issuer],
      scopes_supported: Object.keys(demoScopes),
      bearer_methods_supported: ['header'],
      resource_name: demoName,
    },
    index: {
      name: demoName,
      resource_metadata,
      endpoints: endpoints.map(({ path, title, scope, needs_user }) => ({
        url: base + path,
        title,
        scope,
        needs_user,
      })),
    },
    async answer(endpoint, ask) {
      const began = performance.now()
      const heard: Heard = { bearer: {}, checks: [] }
      let status = 500
      try {
        const answer = await decide(endpoint, ask, heard)
        status = answer.status
        return answer
      } finally {
        const path = `${basePath}/v1${endpoint.path}`
        onRequest({ method: ask.method, path, status, ...heard, duration_ms: performance.now() - began })
      }
    },
  }
}

interface Heard {
  bearer: Bearer
  readonly checks: DemoRequest['checks'][number][]
}

/** Whom the answer is about. @throws Refusal with 403 when the token is good, but not for this. */
function authorize({ user, scope }: AccessToken, endpoint: Endpoint, passed: (check: DemoCheck) => void): string {
  if (endpoint.needs_user) {
    if (user === undefined) {
      throw new Refusal(403, 'user-missing', "this endpoint needs a user; the token is the app's own")
    }
    passed('user-missing')
  }
  if (!scope.includes(endpoint.scope)) {
    throw new Refusal(
      403,
      'scope-missing',
      `this endpoint needs the scope ${endpoint.scope}; the token was not granted it`,
    )
  }
  passed('scope-missing')
  return user ?? ''
}

/** RFC 6750 §3, with where to learn more (RFC 9728 §5.1); no error code where no token came at all (§3.1). */
function challengeOf({ check, error, message }: Refusal, { scope }: Endpoint, resource_metadata: string): string {
  const said = check === 'token-missing' ? {} : { error, error_description: message }
  const pairs = Object.entries({ realm: demoName, ...said, scope, resource_metadata })
  return `Bearer ${pairs.map(([name, value]) => `${name}="${value}"`).join(', ')}`
}
