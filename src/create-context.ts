import { type ChangePowers, changeAdvised, planAdvisedChange, setRetiredUntil } from './admin/change-advised.ts'
import { registerTogether } from './admin/register-advised.ts'
import { outsideAdvice } from './advisor/outside-advice.ts'
import { type Config, StartRefused } from './config.ts'
import { metadata } from './core/endpoints/metadata.ts'
import { refuseOutside } from './core/network-policy.ts'
import type { DeviceGuard, Lifetimes, Server } from './core/server.ts'
import type { Clients, Context, Identity, Registrations } from './http/context.ts'
import { createCookieJar } from './http/cookies.ts'
import type { Notice } from './http/pages/site.ts'
import { changePassword } from './identity/change-password.ts'
import { createDeviceLimits } from './identity/device-limits.ts'
import { createKnownBrowsers } from './identity/known-browser.ts'
import { isWithin } from './identity/networks.ts'
import { findSession } from './identity/sessions.ts'
import { setUp } from './identity/set-up.ts'
import { signIn } from './identity/sign-in.ts'
import { signInByApp } from './identity/sign-in-by-app.ts'
import { signUp } from './identity/sign-up.ts'
import { createSignUpLimit } from './identity/sign-up-limit.ts'
import { createThrottle } from './identity/throttle.ts'
import { createJourneys } from './journeys/journeys.ts'
import { createForeignJwts } from './keys/foreign-jwts.ts'
import { nodeHash } from './keys/hash.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { createRemoteKeys } from './keys/remote-keys.ts'
import { createSealer } from './keys/seal.ts'
import { countSignIns, createMeasured } from './measured.ts'
import { offeredBy, offeredGrantTypes } from './offered.ts'
import type { Data, Powers } from './open-data.ts'
import { createFetchGuarded, OutgoingRefused } from './outgoing/fetch-guarded.ts'
import { createFetchJson } from './outgoing/fetch-json.ts'

const devNotice: Notice = {
  tone: 'retired',
  text: 'Started with --dev, for trying things on one machine: anybody may sign up, and see why a request failed. “npx grantwise journeys” lists every request.',
}

const lifetimes: Lifetimes = { code: 60, device_code: 600, id_token: 3600, userinfo_token: 3600, parked: 3600 }

/** What every route works with, wired once: the core's powers, people, registrations, keys. */
export async function createContext(issuer: string, config: Config, data: Data): Promise<Context> {
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
    clients: createClients(config, data),
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

function registering(config: Config, { store, passwords, random, clock }: Data) {
  return { store, passwords, random, clock, hash: nodeHash, grantTypes: offeredGrantTypes(config) }
}

function createClients(config: Config, data: Data): Clients {
  const { store } = data
  const powers: ChangePowers = registering(config, data)
  return {
    list: query => store.listClients(query),
    ownsAny: login => store.ownsAny(login),
    use: client_id => store.clientUse(client_id),
    plan: (client, registration, typed) => planAdvisedChange(client, registration, typed, powers),
    change: (client, registration, typed, options) => changeAdvised(client, registration, typed, powers, options),
    retire: (client, until, by) => setRetiredUntil(client, until, powers, by),
  }
}

function createRegistrations(config: Config, data: Data): Registrations {
  const { store } = data
  const powers = registering(config, data)
  return {
    apis: () => store.allResourceServers(),
    register: (clients, page) => registerTogether(clients, powers, page),
  }
}

function createIdentity({ store, clock, random, passwords, secret }: Data): Identity {
  const hash = nodeHash
  const key = (purpose: string) => secret.deriveKey(purpose).toString('base64url')
  const throttle = createThrottle({ store, clock, hash, key: key('throttle') })
  const knownBrowsers = createKnownBrowsers({ hash, random, key: key('known browsers') })
  const limit = createSignUpLimit({ store, clock, hash, key: key('throttle') })
  const isOwner = (login: string) => store.ownsAny(login)
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

/** Milliseconds of a clock that never steps. */
export function stopwatchOf({ milliseconds }: Powers): () => number {
  return milliseconds?.stopwatch ?? (() => performance.now())
}
