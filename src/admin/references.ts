import type { ApplyFile, Placed } from './apply-file.ts'
import type { AdminStore } from './ports.ts'
import { collectProblems, describe, join, type Problem, type Report } from './problem.ts'

/** What the files may refer to without describing it. */
export interface Stored {
  readonly clients: Awaited<ReturnType<AdminStore['allClients']>>
  readonly resourceServers: Awaited<ReturnType<AdminStore['allResourceServers']>>
  /** Of the client_ids that the files describe, those that are, or were, the `sub` of a user. */
  readonly subs: ReadonlySet<string>
  /** Unknown before the first start. */
  readonly issuer: string | undefined
}

/** Everything wrong between descriptions: two of the same name, and references to what will not be there. */
export function checkReferences(files: readonly ApplyFile[], stored: Stored): readonly Problem[] {
  const audiences = new Set<unknown>(stored.resourceServers.map(it => it.audience))
  const clients = new Set<unknown>(stored.clients.map(it => it.client_id))
  // A client without a secret cannot authenticate at introspection (RFC 7662 §2.1).
  const publicClients = new Set<string>(
    stored.clients.filter(it => it.token_endpoint_auth_method === 'none').map(it => it.client_id),
  )
  for (const file of files) {
    for (const { id } of file.resource_servers) audiences.add(id)
    for (const { id, value } of file.clients) {
      clients.add(id)
      if (value?.credential.kind === 'none') publicClients.add(value.client.client_id)
      else if (value) publicClients.delete(value.client.client_id)
    }
  }
  const seen = new Map<string, string>()
  return files.flatMap(file => {
    const { problems, report } = collectProblems(file.name)
    checkNames(file, seen, report)
    checkSubjects(file, clients, stored.subs, report)
    for (const { path, value } of file.clients) {
      for (const [index, audience] of (value?.client.grantwise.audiences ?? []).entries()) {
        if (audiences.has(audience)) continue
        const expected = 'the audience of a resource server in these files or registered before'
        report(join(path, 'grantwise', 'audiences', index), expected, describe(audience))
      }
    }
    for (const { path, value } of file.resource_servers) {
      // Tokens for userinfo say the issuer, those of every client: its client would introspect them all.
      if (value !== undefined && value.audience === stored.issuer)
        report(join(path, 'audience'), 'an audience that is not this server itself', describe(value.audience))
      const id = value?.client_id ?? undefined
      if (id === undefined) continue
      const at = join(path, 'client_id')
      if (!clients.has(id)) report(at, 'a client in these files or registered before', describe(id))
      else if (publicClients.has(id))
        report(at, 'a client with a secret, since it authenticates to introspect', describe(id))
    }
    return problems
  })
}

/** In tokens a client acting for itself is the `sub` too: it must be nobody else's (RFC 9068 §5, RFC 9700 §4.15). */
function checkSubjects(
  file: ApplyFile,
  clients: ReadonlySet<unknown>,
  subs: ReadonlySet<string>,
  report: Report,
): void {
  for (const { path, value } of file.clients) {
    const { client_id } = value?.client ?? {}
    if (client_id === undefined || !subs.has(client_id)) continue
    report(join(path, 'client_id'), 'a client_id that is not the sub of a user (RFC 9068 §5)', describe(client_id))
  }
  for (const { path, value } of file.users) {
    if (value?.sub === undefined || !clients.has(value.sub)) continue
    report(join(path, 'sub'), 'a sub that is not the client_id of a client (RFC 9068 §5)', describe(value.sub))
  }
}

function checkNames(file: ApplyFile, seen: Map<string, string>, report: Report): void {
  const check = (path: string, member: string, id: string | undefined): void => {
    if (id === undefined) return
    const key = `${member} ${id}`
    const first = seen.get(key)
    if (first !== undefined) report(join(path, member), `another ${member} than that of ${first}`, describe(id))
    else seen.set(key, file.name === undefined ? path : `${path} in ${file.name}`)
  }
  const each = <T>(entries: readonly Placed<T>[], visit: (value: T, path: string) => void): void => {
    for (const { value, path } of entries) if (value !== undefined) visit(value, path)
  }
  each(file.resource_servers, ({ audience }, path) => check(path, 'audience', audience))
  each(file.clients, ({ client }, path) => check(path, 'client_id', client.client_id))
  each(file.users, ({ login, sub }, path) => {
    check(path, 'login', login)
    check(path, 'sub', sub)
  })
}
