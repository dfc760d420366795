import type { FastifyInstance } from 'fastify'
import { claimDirectory } from './claim.ts'
import { type Config, StartRefused } from './config.ts'
import { journeysCommands } from './control/journeys.ts'
import { type Control, openControl } from './control/server.ts'
import { paths } from './core/endpoints/paths.ts'
import { isEnforced, networkStanding, outsideSentence } from './core/network-policy.ts'
import type { Server } from './core/server.ts'
import { createContext, stopwatchOf } from './create-context.ts'
import { mountDemoApi } from './demo/mount.ts'
import { refuseDemoData, registerDemoData } from './demo-data.ts'
import { refuseOtherIssuer } from './examine.ts'
import { createHttp } from './http/create-http.ts'
import { createSetUpLink } from './identity/set-up.ts'
import type { Journeys } from './journeys/journeys.ts'
import { nodeHash } from './keys/hash.ts'
import { listen } from './listen.ts'
import { type Data, openData, type Powers, systemPowers } from './open-data.ts'
import { plainJson } from './plain-json.ts'
import { spendMemoryUnderLoad } from './spare-memory.ts'
import { createStdoutLog } from './stdout-log.ts'
import { explainUnavailable, StoreUnavailable } from './store/unavailable.ts'

/** A server that answers. */
export interface Serving {
  readonly issuer: string
  /** Where it listens. */
  readonly url: string
  readonly data: Data
  /** Makes the first admin: once, within an hour, while there is none. */
  readonly setUpLink: string | undefined
  readonly journeys: Journeys
  /** Finishes what is in flight, then lets go of everything. */
  close(): Promise<void>
}

/**
 * The composition root: one process, from a configuration to a server that answers. `prepare` runs on the open data
 * before anybody is answered.
 * @throws StartRefused with a sentence that names the cause and the mend.
 */
export async function serve(
  config: Config,
  prepare: (data: Data, issuer: string) => Promise<void> = async () => {},
  powers: Powers = systemPowers,
): Promise<Serving> {
  const { port, issuer, release } = await claimDirectory(config, powers.clock)
  let data: Data | undefined
  let control: Control | undefined
  let http: FastifyInstance | undefined
  const close = async () => {
    await control?.close()
    await http?.close()
    await data?.close()
    release()
  }
  try {
    data = await openData(config, powers)
    if (!config.dev) await refuseDemoData(issuer, data)
    await refuseIssuerAsAudience(issuer, data)
    const context = await createContext(issuer, config, data)
    control = await listenForCommands(config, context.journeys)
    // First, so that what is applied may refer to it.
    if (config.dev) await registerDemoData(issuer, config, data)
    await prepare(data, issuer)
    refuseOtherIssuer(issuer, await data.store.setMeta('issuer', issuer))
    const log = powers.log ?? createStdoutLog()
    http = createHttp(context, {
      log_level: config.log_level,
      trust_proxy: config.trust_proxy,
      log: { write: line => log.write(plainJson(line)) },
      limits: powers.limits,
      stopwatch: stopwatchOf(powers),
      tls:
        config.tls_cert !== undefined && config.tls_key !== undefined
          ? { cert: config.tls_cert, key: config.tls_key }
          : undefined,
    })
    http.server.on('request', spendMemoryUnderLoad())
    if (config.dev) mountDemo(http, context.server, context.journeys)
    const setUpLink = await linkToSetUp(issuer, data)
    const url = await listen(http, config, port)
    return { issuer, url, data, setUpLink, journeys: context.journeys, close }
  } catch (error) {
    await close()
    throw error instanceof StoreUnavailable ? refuseUnavailable(config, error) : error
  }
}

function refuseUnavailable({ data_dir }: Config, error: StoreUnavailable): StartRefused {
  return new StartRefused(`The database in ${data_dir} could not be used: ${explainUnavailable(error)}`, {
    cause: error,
  })
}

/** The socket by which the command line asks what only this process knows; one server at a time has it. */
async function listenForCommands({ data_dir }: Config, journeys: Journeys): Promise<Control> {
  return openControl(data_dir, journeysCommands(journeys), { locked: true }).catch(error => {
    throw new StartRefused(error instanceof Error ? error.message : String(error), { cause: error })
  })
}

/** The demo API reads the published keys as anybody does, but for the socket: it must work behind any port and certificate. */
function mountDemo(http: FastifyInstance, server: Server, journeys: Journeys): void {
  const { issuer, clock, random } = server
  const jwks_uri = issuer.replace(/\/$/, '') + paths.jwks
  mountDemoApi(http, {
    issuer,
    jwks_uri,
    clock,
    async fetch(url) {
      const { statusCode, body } = await http.inject(new URL(url).pathname)
      return new Response(body, { status: statusCode })
    },
    async network(client_id, address) {
      const standing = await networkStanding(await server.store.client(client_id), server, address)
      if (standing === undefined || !isEnforced(standing, 'api')) return undefined
      return { inside: standing.inside, sentence: outsideSentence(standing, 'api') }
    },
    onRequest({ bearer, duration_ms, ...request }) {
      const { jti, client_id, user } = bearer
      journeys.apiCalled({ ...request, id: random.id(), took: duration_ms, token: jti, client_id, user })
    },
  })
}

/** The secret stands in the fragment, which no log and no referrer sees. */
async function linkToSetUp(issuer: string, data: Data): Promise<string | undefined> {
  const secret = await createSetUpLink({ ...data, hash: nodeHash })
  return secret && `${issuer.replace(/\/$/, '')}/set-up#${secret}`
}

/** Registered before the server was called anything: from here on, its tokens for userinfo would be that API's too. */
async function refuseIssuerAsAudience(issuer: string, { store }: Pick<Data, 'store'>): Promise<void> {
  if ((await store.resourceServer(issuer)) === undefined) return
  throw new StartRefused(
    `An API is registered with the audience ${issuer}, which is this server itself. ` +
      'Start with another --issuer; or take it out: `grantwise apply --prune FILE`, where FILE names all that shall stay.',
  )
}
