import type { Client } from '../core/client.ts'
import { isEnforced, isOutside, type NetworkStanding, networkStanding } from '../core/network-policy.ts'
import { reasons } from '../core/reasons.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import type { Parked } from './parked.ts'

/** Where a visitor stands who is asked to sign in, and whether they are shown why they cannot. */
export interface SignInNetwork {
  readonly standing: NetworkStanding
  readonly refused: boolean
}

export const statusOutside: number = reasons['network-outside'].status ?? 403

/** For the sign-in page of an app, or of somebody's own account; nothing where no policy is on. */
export async function signInNetwork(
  { check }: Exchange,
  { server }: Context,
  client?: Client,
): Promise<SignInNetwork | undefined> {
  const standing = await networkStanding(client, server, check.address())
  return standing && { standing, refused: isOutside(standing, 'login', check) }
}

/** Whether nobody signs in from here, to the app whose request waits or to their own account: no password is looked at. */
export async function mayNotSignIn(
  { check }: Exchange,
  { server }: Context,
  parked?: Pick<Parked, 'params'>,
): Promise<boolean> {
  const client_id = parked?.params.find(([name]) => name === 'client_id')?.[1]
  const client = client_id === undefined ? undefined : await server.store.client(client_id)
  const standing = await networkStanding(client, server, check.address())
  return standing !== undefined && !standing.inside && isEnforced(standing, 'login')
}
