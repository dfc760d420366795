import type { DeviceCode, Login } from '../authorization.ts'
import { beginFamily } from '../begin-family.ts'
import type { Check } from '../check.ts'
import type { Client } from '../client.ts'
import { deviceCodeGrantType } from '../grants/device-code-grant-type.ts'
import { mayIssue } from '../may-issue.ts'
import { isOutside, type NetworkStanding, networkStanding } from '../network-policy.ts'
import type { Change } from '../ports.ts'
import type { ResourceServer } from '../resource-server.ts'
import type { Server } from '../server.ts'
import { readUserCode } from '../user-code.ts'

/** A device that waits for a yes or a no, and all that its user should know before they say either. */
export interface WaitingDevice {
  /** As it is typed, without what may stand around it. */
  readonly user_code: string
  readonly code: DeviceCode
  readonly client: Client
  readonly resourceServer: ResourceServer | undefined
}

/** `unknown` is alike for codes that never were, have run out, or are answered: which of them is nobody's business. */
export type FoundDevice =
  | { readonly kind: 'found'; readonly device: WaitingDevice; readonly standing: NetworkStanding | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'outside'; readonly standing: NetworkStanding }
  | { readonly kind: 'throttled'; readonly retry_after: number }

/** The device that shows this code, for whoever is signed in and typed it; each try is counted before it is looked up (RFC 8628 §5.1). */
export async function findDevice(typed: string, login: Login, server: Server, check: Check): Promise<FoundDevice> {
  const user_code = readUserCode(typed)
  if (user_code === undefined) return refuseUserCode(check)
  const counted = await server.devices.countGuess(login.sub, check.address())
  if (!counted.allowed) {
    check.refused('user-code-throttled', 'too many codes that no device shows')
    return { kind: 'throttled', retry_after: counted.retry_after }
  }
  check.passed('user-code-throttled')
  const device = await waitingDevice(user_code, server, check)
  if (!device) return refuseUserCode(check)
  const standing = await networkStanding(device.client, server, check.address())
  if (standing && isRefused(standing, check)) return { kind: 'outside', standing }
  await counted.refund()
  check.passed('user-code-unknown')
  return { kind: 'found', device, standing }
}

/** Who lets a device in signed in before its app was known, so that they are held to its policy for `login` only here. */
function isRefused(standing: NetworkStanding, check: Check): boolean {
  return isOutside(standing, standing.policy.applies_to.includes('login') ? 'login' : 'authorize', check)
}

function refuseUserCode(check: Check): { readonly kind: 'unknown' } {
  check.refused('user-code-unknown', 'no device waits with this code')
  return { kind: 'unknown' }
}

async function waitingDevice(
  user_code: string,
  { store, clock, devices }: Server,
  { journey }: Check,
): Promise<WaitingDevice | undefined> {
  const code = await store.deviceCodeOf(devices.hashUserCode(user_code))
  const waits = code && code.family === undefined && code.denied_at === undefined && code.expires_at > clock.now()
  const client = waits ? await store.client(code.client_id) : undefined
  if (!waits || !client) return undefined
  journey.continues(code.journey_id)
  const resourceServer = code.audience === undefined ? undefined : await store.resourceServer(code.audience)
  return { user_code, code, client, resourceServer }
}

/** What the page with the question was about: this device code, shown as that user code. */
export interface ShownDevice {
  readonly id: string
  readonly user_code: string
}

/** `unknown`: the device waits no more. */
export type AnsweredDevice =
  | { readonly kind: 'answered'; readonly device: WaitingDevice }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'outside'; readonly standing: NetworkStanding }

/**
 * The answer of whom the question was shown to (RFC 8628 §3.3): no from anywhere, yes from where the app may be used.
 * @throws when its client or user may not have it, or somebody was faster
 */
export async function answerDevice(
  shown: ShownDevice,
  allowed: boolean,
  login: Login,
  server: Server,
  check: Check,
): Promise<AnsweredDevice> {
  const device = await waitingDevice(shown.user_code, server, check)
  if (!device || device.code.token.id !== shown.id) return refuseUserCode(check)
  check.passed('user-code-unknown')
  const standing = allowed ? await networkStanding(device.client, server, check.address()) : undefined
  if (standing && isRefused(standing, check)) return { kind: 'outside', standing }
  const done = allowed ? await allow(device, login, server, check) : await deny(device, login, server, check)
  if (!done) throw check.refused('request-answered', 'this device was answered already, or its user signed out')
  check.passed('request-answered')
  return { kind: 'answered', device }
}

/** Begins the family that the device's next poll comes for. */
async function allow({ code, client }: WaitingDevice, login: Login, server: Server, check: Check): Promise<boolean> {
  const { store, clock } = server
  const user = await store.user(login.sub)
  if (!user || user.disabled) throw check.refused('user-refused', 'this account may not sign in here')
  mayIssue(user, client, deviceCodeGrantType, check)
  const { client_id, scope, audience, journey_id } = code
  const change: Change = {
    now: clock.now(),
    by: check.by('user', login.sub),
    begins: beginFamily({ client_id, scope, audience, login, journey_id }, server),
    family_expires_at: code.expires_at,
    answers: code,
  }
  if ((await store.commit(change)) !== 'committed') return false
  check.journey.stored(change)
  return true
}

async function deny({ code }: WaitingDevice, { sub }: Login, { store, clock }: Server, check: Check): Promise<boolean> {
  if (!(await store.denyDeviceCode(code, sub, clock.now(), check.by('user', sub)))) return false
  check.refused('access-denied', 'the user declined')
  return true
}
