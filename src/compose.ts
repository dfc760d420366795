import type { FastifyInstance } from 'fastify'
import { registerAdvised } from './admin/register-advised.ts'
import { outsideAdvice } from './advisor/outside-advice.ts'
import { claimDirectory } from './claim.ts'
import { type Config, StartRefused } from './config.ts'
import { journeysCommands } from './control/journeys.ts'
import { type Control, openControl } from './control/server.ts'
import { metadata } from './core/endpoints/metadata.ts'
import { paths } from './core/endpoints/paths.ts'
import { isEnforced, networkStanding, outsideSentence, refuseOutside } from './core/network-policy.ts'
import type { DeviceGuard, Lifetimes, Server } from './core/server.ts'
import { mountDemoApi } from './demo/mount.ts'
import { refuseDemoData, registerDemoData } from './demo-data.ts'
import { refuseOtherIssuer } from './examine.ts'
import type { Context, Identity, Registrations } from './http/context.ts'
import { createCookieJar } from './http/cookies.ts'
import { createHttp } from './http/create-http.ts'
import type { Notice } from './http/pages/site.ts'
import { changePassword } from './identity/change-password.ts'
import { createDeviceLimits } from './identity/device-limits.ts'
import { createKnownBrowsers } from './identity/known-browser.ts'
import { isWithin } from './identity/networks.ts'
import { findSession } from './identity/sessions.ts'
import { createSetUpLink, setUp } from './identity/set-up.ts'
import { signIn } from './identity/sign-in.ts'
import { signInByApp } from './identity/sign-in-by-app.ts'
import { signUp } from './identity/sign-up.ts'
import { createSignUpLimit } from './identity/sign-up-limit.ts'
import { createThrottle } from './identity/throttle.ts'
import { createJourneys, type Journeys } from './journeys/journeys.ts'
import { createForeignJwts } from './keys/foreign-jwts.ts'
import { nodeHash } from './keys/hash.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { createRemoteKeys } from './keys/remote-keys.ts'
import { createSealer } from './keys/seal.ts'
import { listen } from './listen.ts'
import { countSignIns, createMeasured } from './measured.ts'
import { offeredBy, offeredGrantTypes } from './offered.ts'
import { type Data, openData, type Powers, systemPowers } from './open-data.ts'
import { createFetchGuarded, OutgoingRefused } from './outgoing/fetch-guarded.ts'
import { createFetchJson } from './outgoing/fetch-json.ts'
import { createStdoutLog } from './stdout-log.ts'
import { explainUnavailable, StoreUnavailable } from './store/unavailable.ts'
import { growYoungGenerationUnderLoad } from './young-generation.ts'

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

const devNotice: Notice = {
  tone: 'retired',
  text: 'Started with --dev: anybody may sign up and see every request. Only for trying things on one machine.',
}

const lifetimes: Lifetimes = { code: 60, device_code: 600, id_token: 3600, userinfo_token: 3600, parked: 3600 }

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
    http = createHttp(context, {
      log_level: config.log_level,
      trust_proxy: config.trust_proxy,
      log: powers.log ?? createStdoutLog(),
      limits: powers.limits,
      stopwatch: stopwatchOf(powers),
      tls:
        config.tls_cert !== undefined && config.tls_key !== undefined
          ? { cert: config.tls_cert, key: config.tls_key }
          : undefined,
    })
    http.server.on('request', growYoungGenerationUnderLoad())
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

function stopwatchOf({ milliseconds }: Powers): () => number {
  return milliseconds?.stopwatch ?? (() => performance.now())
}

/** The socket by which the command line asks what only this process knows; one server at a time has it. */
async function listenForCommands({ data_dir }: Config, journeys: Journeys): Promise<Control> {
  return openControl(data_dir, journeysCommands(journeys), { locked: true }).catch(error => {
    throw new StartRefused(error instanceof Error ? error.message : String(error), { cause: error })
  })
}

async function createContext(issuer: string, config: Config, data: Data): Promise<Context> {
  const { store, clock, random, sealer, secret } = data
  const { dev, journeys, sign_up } = config
  const measured = await createMeasured(config, data, stopwatchOf(data))
  const keys = await openKeyRing({ store, sealer, clock }).catch(error => {
    throw new StartRefused(error instanceof Error ? error.message : String(error), { cause: error })
  })
  const identity = countSignIns(createIdentity(data), measured)
  const fetchJson = fetchJsonBy(config, data)
  const server: Server = {
    issuer,
    lifetimes,
    store,
    keys,
    foreignJwts: createForeignJwts(createRemoteKeys({ fetchJson, clock })),
    clock,
    random,
    hash: nodeHash,
    ...offeredBy(config),
    async signIn(typed, check) {
      await refuseOutside('login', typed.client, server, check)
      return signInByApp(typed, check, identity.signIn)
    },
    isWithin,
    devices: createDeviceGuard(data),
    outsideAdvice,
  }
  return {
    server,
    identity,
    accounts: store,
    registrations: createRegistrations(config, data),
    signUp: sign_up ?? dev,
    sealer: createSealer(secret.deriveKey('parked requests')),
    cookies: createCookieJar(issuer),
    outgoing: { fetchJson, isOutgoingRefused: error => error instanceof OutgoingRefused },
    measured,
    dev,
    journeys: createJourneys({
      sampling: journeys,
      issuer,
      now: data.milliseconds?.now ?? Date.now,
      stopwatch: stopwatchOf(data),
      loginOf: async sub => (await store.user(sub))?.login,
    }),
    site: { issuer, ...(dev ? { notice: devNotice } : {}) },
    metadata: JSON.stringify(metadata(server)),
    async ready() {
      await store.ready()
      await keys.ready()
    },
  }
}

function fetchJsonBy({ outgoing_allow: allow }: Config, { outgoing }: Data): (url: string) => Promise<unknown> {
  return createFetchJson(createFetchGuarded({ allow, ...outgoing }))
}

function createRegistrations(config: Config, { store, passwords, random, clock }: Data): Registrations {
  const powers = { store, passwords, random, clock, hash: nodeHash, grantTypes: offeredGrantTypes(config) }
  return {
    apis: () => store.allResourceServers(),
    register: (registration, typed, page) => registerAdvised(registration, typed, powers, page),
  }
}

function createIdentity({ store, clock, random, passwords, secret }: Data): Identity {
  const hash = nodeHash
  const key = (purpose: string) => secret.deriveKey(purpose).toString('base64url')
  const throttle = createThrottle({ store, clock, hash, key: key('throttle') })
  const knownBrowsers = createKnownBrowsers({ hash, random, key: key('known browsers') })
  const limit = createSignUpLimit({ store, clock, hash, key: key('throttle') })
  const isOwner = async (login: string) =>
    (await store.allClients()).some(({ grantwise }) => grantwise.owners.includes(login))
  return {
    isFull: () => passwords.isFull(),
    signIn: (form, check) => signIn(form, { store, clock, random, hash, throttle, knownBrowsers, passwords, check }),
    signUp: (person, visitor, check) =>
      signUp(person, visitor, { store, clock, random, hash, isOwner, limit, knownBrowsers, passwords, check }),
    changePassword: (form, who, visitor, check) =>
      changePassword(form, who, visitor, { store, clock, random, hash, throttle, knownBrowsers, passwords, check }),
    setUp: (link, person, visitor, check) =>
      setUp(link, person, visitor, { store, clock, random, hash, knownBrowsers, passwords, check }),
    // A use that could not be recorded is no reason to turn anybody away; the next one is recorded again.
    session: cookie => findSession(cookie, { store, clock, hash }, () => {}),
    endSession: (sid, why, by) => store.endSession(sid, why, clock.now(), by),
  }
}

/** User codes are hashed and counted by keys of their own. */
function createDeviceGuard({ store, clock, secret }: Data): DeviceGuard {
  const key = (purpose: string) => secret.deriveKey(purpose).toString('base64url')
  const userCodes = key('user codes')
  return {
    hashUserCode: user_code => nodeHash.hmac(userCodes, user_code),
    ...createDeviceLimits({ store, clock, hash: nodeHash, key: key('throttle') }),
  }
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
