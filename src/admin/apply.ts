import type { By } from '../core/by.ts'
import type { Clock, Hash, Random, UserStore } from '../core/ports.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { expectedPassword, findPasswordFault, minAppliedPasswordLength } from '../identity/password-rules.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { Account, AccountStore, IdentityStore } from '../identity/ports.ts'
import type { ApplyFile, Placed } from './apply-file.ts'
import { ApplyRefused } from './apply-refused.ts'
import type { DescribedClient } from './client.ts'
import type { ApplyPlan, Step } from './plan.ts'
import { planClient, planResourceServer, pruneClient, pruneResourceServer } from './plan-client.ts'
import { checkOnePolicy, planNetworkPolicy } from './plan-network-policy.ts'
import { findAccount, planUser } from './plan-user.ts'
import { type AdminStore, type AnsweredPage, ChangedMeanwhile } from './ports.ts'
import { collectProblems, describe, join, type Problem, type Report } from './problem.ts'
import { checkReferences, type Stored } from './references.ts'
import { liveSecrets, nextSecrets } from './secrets.ts'
import type { DescribedUser } from './user.ts'
import { warningsOf } from './warnings.ts'

/** What planning reads and needs; it writes nothing. */
export interface ApplyPowers {
  readonly store: Pick<AdminStore, 'allClients' | 'allResourceServers' | 'networkPolicy'> &
    Pick<IdentityStore, 'accountByLogin'> &
    Pick<AccountStore, 'isDeletedUser'> &
    Pick<UserStore, 'user'> & { meta(name: 'issuer'): Promise<string | undefined> }
  readonly passwords: Pick<Passwords, 'hash' | 'isCommon' | 'verify'>
  readonly hash: Pick<Hash, 'sha256'>
  readonly random: Pick<Random, 'secret'>
  readonly clock: Clock
  /** The grant types that the server runs now. */
  readonly grantTypes: readonly string[]
  /** What the server will be called, where its first start has yet to settle that. */
  readonly issuer?: string
}

export interface ApplyOptions {
  /** Deletes the clients and resource servers that no file describes; users never. */
  readonly prune?: boolean
  /** The page that asks for it, whose one answer this is. */
  readonly answers?: AnsweredPage
  /** Who asks for it, for the audit trail. */
  readonly by?: By
}

/**
 * What these files, taken as one, would change.
 * @throws ApplyRefused with every problem of all of them.
 */
export async function planApply(
  files: readonly ApplyFile[],
  powers: ApplyPowers,
  { prune = false }: ApplyOptions = {},
): Promise<ApplyPlan> {
  const { store } = powers
  const stored: Stored = {
    clients: await store.allClients(),
    resourceServers: await store.allResourceServers(),
    subs: await findSubs(files, store),
    issuer: powers.issuer ?? (await store.meta('issuer')),
  }
  // What is pruned can no longer be referred to.
  const kept: Stored = prune ? { ...stored, clients: [], resourceServers: [] } : stored
  const clients = planClients(files, stored, powers)
  const users = await findAccounts(files, powers)
  const problems = [
    ...files.flatMap(file => file.problems),
    ...checkReferences(files, kept),
    ...checkOnePolicy(files),
    ...clients.problems,
    ...users.problems,
  ]
  if (problems.length > 0) throw new ApplyRefused(problems)

  const resourceServers = described(files, file => file.resource_servers)
  const steps = [
    ...planNetworkPolicy(files, await store.networkPolicy(), prune),
    ...planResourceServers(resourceServers, stored),
    ...clients.steps,
  ]
  for (const { value, account } of users.found) steps.push(await planUser(value, account, powers))
  const due = steps.filter(step => step !== undefined)
  const all = prune ? [...due, ...planPruning(files, stored)] : due
  return {
    changes: all.map(step => step.change),
    actions: all.map(step => step.action),
    unchanged: steps.length - due.length,
    warnings: await warn(files, [...kept.resourceServers, ...resourceServers], powers),
  }
}

/** Writes a plan: all of it, durably, or nothing. */
export async function applyPlan(
  { changes }: Pick<ApplyPlan, 'changes'>,
  { store, clock }: { readonly store: Pick<AdminStore, 'applyChanges'>; readonly clock: Clock },
  by?: By,
): Promise<void> {
  if (changes.length > 0) await store.applyChanges(changes, clock.now(), by)
}

const mostTries = 5

/**
 * Plans and writes, again from the start when somebody else changed what the plan saw.
 * @throws ApplyRefused with every problem of all files; ChangedMeanwhile when others never rest; PageAnswered.
 */
export async function applyFiles(
  files: readonly ApplyFile[],
  powers: ApplyPowers & { readonly store: Pick<AdminStore, 'applyChanges'> },
  options: ApplyOptions = {},
): Promise<ApplyPlan> {
  for (let tries = 1; ; tries++) {
    const plan = await planApply(files, powers, options)
    try {
      await applyPlan({ changes: [...answering(options), ...plan.changes] }, powers, options.by)
      return plan
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile) || tries === mostTries) throw error
    }
  }
}

function answering({ answers }: ApplyOptions): ApplyPlan['changes'] {
  return answers === undefined ? [] : [{ kind: 'answer_page', ...answers }]
}

/** Of the clients' names, those by which a user is known. */
async function findSubs(files: readonly ApplyFile[], store: ApplyPowers['store']): Promise<ReadonlySet<string>> {
  const subs = new Set<string>()
  for (const { client } of described(files, file => file.clients)) {
    const { client_id } = client
    if ((await store.user(client_id)) !== undefined || (await store.isDeletedUser(client_id))) subs.add(client_id)
  }
  return subs
}

function described<T>(files: readonly ApplyFile[], entries: (file: ApplyFile) => readonly Placed<T>[]): readonly T[] {
  return files.flatMap(file => entries(file).flatMap(({ value }) => (value === undefined ? [] : [value])))
}

function planResourceServers(resourceServers: readonly ResourceServer[], stored: Stored): (Step | undefined)[] {
  const before = new Map(stored.resourceServers.map(it => [it.audience, it]))
  return resourceServers.map(it => planResourceServer(it, before.get(it.audience)))
}

function planClients(
  files: readonly ApplyFile[],
  stored: Stored,
  { hash, clock }: Pick<ApplyPowers, 'hash' | 'clock'>,
): { readonly steps: readonly (Step | undefined)[]; readonly problems: readonly Problem[] } {
  const now = clock.now()
  const before = new Map(stored.clients.map(client => [client.client_id, client]))
  const steps: (Step | undefined)[] = []
  const problems = files.flatMap(file => {
    const { problems, report } = collectProblems(file.name)
    for (const { path, value } of file.clients) {
      if (value === undefined) continue
      const known = before.get(value.client.client_id)
      const secrets = nextSecrets(value.credential, known?.secrets ?? [], { hash, now })
      if (value.credential.kind !== 'none' && liveSecrets(secrets, now).length === 0) {
        report(join(path, 'client_secret'), secretExpected(value), 'none, neither here nor stored')
      }
      steps.push(planClient({ ...value.client, secrets }, known))
    }
    return problems
  })
  return { steps, problems }
}

function secretExpected({ client }: DescribedClient): string {
  return `a secret, since token_endpoint_auth_method is "${client.token_endpoint_auth_method}"; "private_key_jwt" with its public keys needs none, and "none" makes it a public client`
}

async function findAccounts(files: readonly ApplyFile[], { store, passwords }: ApplyPowers) {
  const found: { readonly value: DescribedUser; readonly account: Account | undefined }[] = []
  const problems: Problem[] = []
  for (const file of files) {
    const collected = collectProblems(file.name)
    for (const { path, value } of file.users) {
      if (value === undefined) continue
      const account = await findAccount(value, path, collected.report, store, passwords)
      // A password is set at creation only: one that will never be used may be what it is.
      if (account === undefined) await checkPassword(value, path, collected.report, passwords)
      found.push({ value, account })
    }
    problems.push(...collected.problems)
  }
  return { found, problems }
}

async function checkPassword(
  { login, email, password }: DescribedUser,
  path: string,
  report: Report,
  passwords: ApplyPowers['passwords'],
): Promise<void> {
  const fault =
    password === undefined
      ? undefined
      : await findPasswordFault(password, [login, email], passwords, minAppliedPasswordLength)
  if (fault !== undefined) report(join(path, 'password'), expectedPassword[fault], describe(password, 'password'))
}

function planPruning(files: readonly ApplyFile[], stored: Stored): readonly Step[] {
  const clients = new Set(described(files, file => file.clients).map(({ client }) => client.client_id))
  const audiences = new Set(described(files, file => file.resource_servers).map(({ audience }) => audience))
  return [
    ...stored.clients.filter(it => !clients.has(it.client_id)).map(pruneClient),
    ...stored.resourceServers.filter(it => !audiences.has(it.audience)).map(pruneResourceServer),
  ]
}

async function warn(
  files: readonly ApplyFile[],
  resourceServers: readonly ResourceServer[],
  { store, grantTypes }: Pick<ApplyPowers, 'store' | 'grantTypes'>,
): Promise<readonly string[]> {
  const logins = new Set(described(files, file => file.users).map(({ login }) => login))
  for (const owner of described(files, file => file.clients).flatMap(({ client }) => client.grantwise.owners)) {
    if (!logins.has(owner) && (await store.accountByLogin(owner)) !== undefined) logins.add(owner)
  }
  const known = new Map(resourceServers.map(it => [it.audience, it]))
  const surroundings = { grantTypes, resourceServers: known, isLogin: (login: string) => logins.has(login) }
  return files.flatMap(file => warningsOf(file, surroundings))
}
