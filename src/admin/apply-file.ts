import * as z from 'zod'
import type { NetworkPolicy } from '../core/network-policy.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { type DescribedClient, readClient } from './client.ts'
import { isObject, readMembers } from './members.ts'
import { readNetworkPolicy } from './network-policy.ts'
import { collectProblems, join, type Problem, type Report } from './problem.ts'
import { readResourceServer } from './resource-server.ts'
import { type DescribedUser, readUser } from './user.ts'

/** Something that a file describes, with where it does. */
export interface Placed<T> {
  /** `clients[0]`. */
  readonly path: string
  /** Nothing when it is broken, which is among the file's problems. */
  readonly value: T | undefined
  /** What it calls itself, even if broken: what refers to it is not to blame. */
  readonly id: unknown
}

/** An apply file, read as far as it can be without the store. */
export interface ApplyFile {
  readonly name: string | undefined
  readonly resource_servers: readonly Placed<ResourceServer>[]
  readonly clients: readonly Placed<DescribedClient>[]
  readonly users: readonly Placed<DescribedUser>[]
  /** What the server says of every client that has no policy of its own: null that it says nothing. Absent: as it is. */
  readonly network_policy?: NetworkPolicy | null
  readonly problems: readonly Problem[]
}

const members = {
  resource_servers: listOfObjects('resource servers'),
  clients: listOfObjects('clients'),
  users: listOfObjects('users'),
  network_policy: z.unknown(),
}

function listOfObjects(what: string) {
  return z.array(z.unknown(), { error: `a list of ${what}` }).default([])
}

/** Reads a parsed document member by member, noting everything that is wrong with it. */
export function readApplyFile(document: unknown, name?: string): ApplyFile {
  const { problems, report } = collectProblems(name)
  const read = readMembers(members, document, '', report, member =>
    member === '$schema'
      ? 'no $schema: the members are resource_servers, clients, users and network_policy'
      : undefined,
  )
  const { resource_servers = [], clients = [], users = [], network_policy } = read?.given ?? {}
  const policy = network_policy == null ? network_policy : readNetworkPolicy(network_policy, 'network_policy', report)
  return {
    name,
    resource_servers: readEach(resource_servers, 'resource_servers', 'audience', readResourceServer, report),
    clients: readEach(clients, 'clients', 'client_id', readClient, report),
    users: readEach(users, 'users', 'login', readUser, report),
    ...(policy === undefined ? {} : { network_policy: policy }),
    problems,
  }
}

function readEach<T>(
  values: readonly unknown[],
  path: string,
  id: string,
  read: (value: unknown, path: string, report: Report) => T | undefined,
  report: Report,
): readonly Placed<T>[] {
  return values.map((value, index) => {
    const at = join(path, index)
    return { path: at, value: read(value, at, report), id: isObject(value) ? value[id] : undefined }
  })
}
