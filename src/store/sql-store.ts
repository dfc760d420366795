import type {
  AdminChange,
  AdminStore,
  ClientPage,
  ClientQuery,
  ClientReader,
  ClientUse,
  LiveSignIns,
} from '../admin/ports.ts'
import type { AuditQuery, AuditRecord, AuditStore } from '../audit/record.ts'
import type { Code, DeviceCode, Family, OpaqueAccessToken, RefreshToken } from '../core/authorization.ts'
import { type By, operator } from '../core/by.ts'
import type { Client } from '../core/client.ts'
import type { NetworkPolicy } from '../core/network-policy.ts'
import type { AskedByDevice, Change, Clock, CommitResult, NewDeviceCode, Store } from '../core/ports.ts'
import type { ReasonId } from '../core/reasons.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import type { TokenHash } from '../core/token-hash.ts'
import type { User } from '../core/user.ts'
import type { Account, AccountStore, ConnectedApp, IdentityStore, PasswordChange, Session } from '../identity/ports.ts'
import type { KeyStore, StoredKey } from '../keys/ports.ts'
import { Cache } from './cache.ts'
import type { Engine } from './engine.ts'
import { findAccessToken, removeAccessToken } from './sql/access-tokens.ts'
import { applyChanges } from './sql/admin.ts'
import { appsOfUser, disconnectApp } from './sql/apps.ts'
import { spendAssertion } from './sql/assertions.ts'
import { readAudit } from './sql/audit.ts'
import { listClients, ownsAny } from './sql/client-list.ts'
import { countLiveSignIns, findClientUse, touchClient, usedEvery } from './sql/client-uses.ts'
import { allClients, findClient, isWebOrigin } from './sql/clients.ts'
import { findCode } from './sql/codes.ts'
import { commit } from './sql/commit.ts'
import { findConsent } from './sql/consents.ts'
import { addDeviceCode, denyDeviceCode, findDeviceCode, findDeviceCodeOf, pollDeviceCode } from './sql/device-codes.ts'
import { endFamily, findFamily } from './sql/families.ts'
import { findKeys, replaceKeys } from './sql/keys.ts'
import { findMeta, settleMeta } from './sql/meta.ts'
import { findNetworkPolicy } from './sql/network-policy.ts'
import { findRefreshToken } from './sql/refresh-tokens.ts'
import { allResourceServers, findResourceServer } from './sql/resource-servers.ts'
import { isJtiRevoked, revokeJti } from './sql/revoked-jtis.ts'
import {
  endOtherSessions,
  endSession,
  endSessionOfUser,
  findSession,
  sessionsOfUser,
  startSession,
  touchSession,
} from './sql/sessions.ts'
import { addFirstAdmin, putSetUpLink, setUpLinkExpiry } from './sql/set-up-links.ts'
import { countAttempts, refundAttempts } from './sql/throttles.ts'
import {
  addUser,
  allAccounts,
  changePassword,
  deleteUser,
  disableUser,
  findAccountByLogin,
  findUser,
  hasAdmin,
  isDeletedUser,
  renewPasswordHash,
  usersAfter,
} from './sql/users.ts'
import type { Work } from './work.ts'

const cacheLimit = 10_000

/** Every store of the program over one engine. */
export class SqlStore implements Store, IdentityStore, AccountStore, KeyStore, AdminStore, ClientReader, AuditStore {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #clients = new Cache<Client>(cacheLimit)
  readonly #resourceServers = new Cache<ResourceServer>(cacheLimit)
  /** When the use of a client was recorded last, by this process. */
  readonly #used = new Cache<number>(cacheLimit)
  /** What the server says of all clients; that it says nothing is remembered too. */
  readonly #everywhere = new Cache<{ readonly network_policy: NetworkPolicy | undefined }>(1)

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  client(client_id: string): Promise<Client | undefined> {
    return this.#cached(this.#clients, client_id, findClient)
  }
  isWebOrigin(origin: string): Promise<boolean> {
    return this.#engine.read(isWebOrigin(origin))
  }
  resourceServer(audience: string): Promise<ResourceServer | undefined> {
    return this.#cached(this.#resourceServers, audience, findResourceServer)
  }
  networkPolicy(): NetworkPolicy | undefined | Promise<NetworkPolicy | undefined> {
    const known = this.#everywhere.get('', this.#engine.versions().registrations)
    return known === undefined ? this.#readNetworkPolicy() : known.network_policy
  }
  user(sub: string): Promise<User | undefined> {
    return this.#engine.read(findUser(sub))
  }
  consent(sub: string, client_id: string, audience: string): Promise<readonly string[]> {
    return this.#engine.read(findConsent(sub, client_id, audience))
  }

  family(id: string): Promise<Family | undefined> {
    return this.#engine.read(findFamily(id))
  }
  revokeFamily(id: string, why: ReasonId, now: number, by: By = operator): Promise<void> {
    return this.#engine.write(() => endFamily(id, why, now, by))
  }

  code(token: TokenHash): Promise<Code | undefined> {
    return this.#engine.read(findCode(token))
  }
  refreshToken(token: TokenHash): Promise<RefreshToken | undefined> {
    return this.#engine.read(findRefreshToken(token))
  }
  accessToken(token: TokenHash): Promise<OpaqueAccessToken | undefined> {
    return this.#engine.read(findAccessToken(token))
  }
  revokeAccessToken(token: TokenHash, by: By = operator): Promise<void> {
    return this.#engine.write(() => removeAccessToken(token, by, this.#clock.now()))
  }
  revokeJti(jti: string, expires_at: number, by: By = operator): Promise<void> {
    return this.#engine.write(() => revokeJti(jti, expires_at, by, this.#clock.now()))
  }
  isJtiRevoked(jti: string, client_id: string, iat: number): Promise<boolean> {
    return this.#engine.read(isJtiRevoked(jti, client_id, iat))
  }
  spendAssertion(id: string, expires_at: number): Promise<boolean> {
    return this.#engine.write(() => spendAssertion(id, expires_at))
  }
  commit(change: Change): Promise<CommitResult> {
    return this.#engine.write(() => commit(change))
  }

  noteUse(client_id: string, now: number): void {
    const last = this.#used.get(client_id, 0)
    if (last !== undefined && last + usedEvery > now) return
    this.#used.set(client_id, now)
    // A use that could not be recorded is no reason to refuse anything; one an hour from now is recorded again.
    this.#engine.write(() => touchClient(client_id, now)).catch(() => {})
  }

  addDeviceCode(code: NewDeviceCode, user_code: string): Promise<boolean> {
    return this.#engine.write(() => addDeviceCode(code, user_code))
  }
  deviceCode(token: TokenHash): Promise<DeviceCode | undefined> {
    return this.#engine.read(findDeviceCode(token))
  }
  deviceCodeOf(user_code: string): Promise<DeviceCode | undefined> {
    return this.#engine.read(findDeviceCodeOf(user_code))
  }
  pollDeviceCode(token: TokenHash, now: number): Promise<{ readonly inTime: boolean; readonly interval: number }> {
    return this.#engine.write(() => pollDeviceCode(token, now))
  }
  denyDeviceCode(code: AskedByDevice, sub: string, now: number, by: By): Promise<boolean> {
    return this.#engine.write(() => denyDeviceCode(code, sub, now, by))
  }

  accountByLogin(login: string): Promise<Account | undefined> {
    return this.#engine.read(findAccountByLogin(login))
  }
  session(token: TokenHash): Promise<Session | undefined> {
    return this.#engine.read(findSession(token))
  }
  startSession(
    session: Session,
    replaces: string | undefined,
    proof?: string,
    by: By = { actor: 'user', id: session.sub, address: session.address },
  ): Promise<boolean> {
    return this.#engine.write(() => startSession(session, replaces, proof, by))
  }
  renewPasswordHash(sub: string, from: string, to: string): Promise<boolean> {
    return this.#engine.write(() => renewPasswordHash(sub, from, to))
  }
  endSession(sid: string, why: ReasonId, now: number, by: By = operator): Promise<void> {
    return this.#engine.write(() => endSession(sid, why, now, by))
  }
  touchSession(sid: string, now: number): Promise<void> {
    return this.#engine.write(() => touchSession(sid, now))
  }
  countAttempts(buckets: readonly string[], window: number): Promise<readonly number[]> {
    return this.#engine.write(() => countAttempts(buckets, window, this.#clock.now()))
  }
  refundAttempts(buckets: readonly string[], window: number): Promise<void> {
    return this.#engine.write(() => refundAttempts(buckets, window))
  }

  addAccount(account: Account, now: number, by: By = operator): Promise<boolean> {
    return this.#engine.write(() => addUser(account, now, by))
  }
  changePassword(change: PasswordChange, now: number, by: By = operator): Promise<boolean> {
    return this.#engine.write(() => changePassword(change, now, by))
  }
  usersAfter(after: string, limit: number): Promise<readonly User[]> {
    return this.#engine.read(usersAfter(after, limit))
  }
  disableUser(login: string, disabled: boolean, now: number, by: By = operator): Promise<boolean> {
    return this.#engine.write(() => disableUser(login, disabled, now, by))
  }
  deleteUser(login: string, now: number, by: By = operator): Promise<boolean> {
    return this.#engine.write(() => deleteUser(login, now, by))
  }
  isDeletedUser(sub: string): Promise<boolean> {
    return this.#engine.read(isDeletedUser(sub))
  }
  sessionsOfUser(
    sub: string,
    before: string,
    alive: { readonly now: number; readonly used_after: number; readonly limit: number },
  ): Promise<readonly Session[]> {
    return this.#engine.read(sessionsOfUser(sub, before, alive))
  }
  endSessionOfUser(sub: string, sid: string, why: ReasonId, now: number, by: By = operator): Promise<boolean> {
    return this.#engine.write(() => endSessionOfUser(sub, sid, why, now, by))
  }
  endOtherSessions(sub: string, keep: string, why: ReasonId, now: number, by: By = operator): Promise<void> {
    return this.#engine.write(() => endOtherSessions(sub, keep, why, now, by))
  }
  appsOfUser(sub: string, after: string, now: number, limit: number): Promise<readonly ConnectedApp[]> {
    return this.#engine.read(appsOfUser(sub, after, now, limit))
  }
  disconnectApp(sub: string, client_id: string, why: ReasonId, now: number, by: By = operator): Promise<void> {
    return this.#engine.write(() => disconnectApp(sub, client_id, why, now, by))
  }
  hasAdmin(): Promise<boolean> {
    return this.#engine.read(hasAdmin())
  }
  putSetUpLink(link: TokenHash, expires_at: number): Promise<boolean> {
    return this.#engine.write(() => putSetUpLink(link, expires_at))
  }
  setUpLinkExpiry(link: TokenHash): Promise<number | undefined> {
    return this.#engine.read(setUpLinkExpiry(link))
  }
  addFirstAdmin(
    account: Account,
    link: TokenHash,
    now: number,
    by: By = operator,
  ): Promise<'added' | 'login-taken' | 'refused'> {
    return this.#engine.write(() => addFirstAdmin(account, link, now, by))
  }

  keys(): Promise<readonly StoredKey[]> {
    return this.#engine.read(findKeys())
  }
  async replaceKeys(expected: readonly StoredKey[], keys: readonly StoredKey[], by: By = operator): Promise<boolean> {
    const replaced = await this.#engine.write(() => replaceKeys(expected, keys, by, this.#clock.now()))
    this.#engine.refreshVersions()
    return replaced
  }
  keysVersion(): number {
    return this.#engine.versions().keys
  }

  allClients(): Promise<readonly Client[]> {
    return this.#engine.read(allClients())
  }
  allResourceServers(): Promise<readonly ResourceServer[]> {
    return this.#engine.read(allResourceServers())
  }
  allAccounts(): Promise<readonly Account[]> {
    return this.#engine.read(allAccounts())
  }
  async applyChanges(changes: readonly AdminChange[], now: number, by: By = operator): Promise<void> {
    await this.#engine.write(() => applyChanges(changes, now, by))
    this.#engine.refreshVersions()
  }

  listClients(query: ClientQuery): Promise<ClientPage> {
    return this.#engine.read(listClients(query))
  }
  ownsAny(login: string): Promise<boolean> {
    return this.#engine.read(ownsAny(login))
  }
  clientUse(client_id: string): Promise<ClientUse> {
    return this.#engine.read(findClientUse(client_id))
  }
  liveSignIns(client_id: string, now: number): Promise<LiveSignIns> {
    return this.#engine.read(countLiveSignIns(client_id, now))
  }

  audit(query: AuditQuery): Promise<readonly AuditRecord[]> {
    return this.#engine.read(readAudit(query))
  }

  /** A value of the installation itself. */
  meta(name: string): Promise<string | undefined> {
    return this.#engine.read(findMeta(name))
  }
  /** Stores it unless there is one; what is stored then, whoever was first. */
  setMeta(name: string, value: string): Promise<string> {
    return this.#engine.write(() => settleMeta(name, value))
  }

  async #readNetworkPolicy(): Promise<NetworkPolicy | undefined> {
    const everywhere = await this.#cached(this.#everywhere, '', function* () {
      return { network_policy: yield* findNetworkPolicy() }
    })
    return everywhere?.network_policy
  }

  async #cached<T>(cache: Cache<T>, key: string, find: (key: string) => Work<T | undefined>): Promise<T | undefined> {
    const version = this.#engine.versions().registrations
    const known = cache.get(key, version)
    if (known !== undefined) return known
    const found = await this.#engine.read(find(key))
    if (found !== undefined && this.#engine.versions().registrations === version) cache.set(key, found)
    return found
  }
}
