import type { ResourceServer } from '../core/resource-server.ts'
import { standardScopes } from '../core/scope.ts'
import { minPasswordLength, passwordLengthFault } from '../identity/password-rules.ts'
import type { ApplyFile } from './apply-file.ts'
import type { DescribedClient } from './client.ts'
import { join } from './problem.ts'
import { redirectUriAdvice } from './redirect-uri.ts'

interface Surroundings {
  /** Grants that the server runs now. */
  readonly grantTypes: readonly string[]
  readonly resourceServers: ReadonlyMap<string, ResourceServer>
  /** Whether somebody has this login, or will. */
  readonly isLogin: (login: string) => boolean
}

const knownRoles = ['admin']

/** What will be registered as asked and may not do what its author hopes. */
export function warningsOf(file: ApplyFile, surroundings: Surroundings): readonly string[] {
  const warnings: string[] = []
  const warn = (path: string, sentence: string): void => {
    warnings.push(`${file.name === undefined ? '' : `${file.name}: `}${path}: ${sentence}`)
  }
  for (const { path, value } of file.clients) {
    if (value !== undefined) warnOfClient(value, path, surroundings, warn)
  }
  for (const { path, value } of file.users) {
    if (value?.password !== undefined && passwordLengthFault(value.password) === 'short') {
      warn(
        join(path, 'password'),
        `is shorter than the ${minPasswordLength} characters that people must choose themselves`,
      )
    }
    for (const [index, role] of (value?.roles ?? []).entries()) {
      if (knownRoles.includes(role)) continue
      warn(
        join(path, 'roles', index),
        `"${role}" is kept, but means nothing to this server; it knows ${knownRoles.join(', ')}`,
      )
    }
  }
  return warnings
}

function warnOfClient(
  { client, credential }: DescribedClient,
  path: string,
  { grantTypes, resourceServers, isLogin }: Surroundings,
  warn: (path: string, sentence: string) => void,
): void {
  for (const [index, grant] of client.grant_types.entries()) {
    if (grantTypes.includes(grant)) continue
    warn(join(path, 'grant_types', index), `${grant} is registered, but this server does not offer it now`)
  }
  for (const [index, uri] of client.redirect_uris.entries()) {
    const advice = redirectUriAdvice(uri, client.grantwise.runs_on)
    if (advice !== undefined) warn(join(path, 'redirect_uris', index), `${uri} ${advice}`)
  }
  if (credential.kind === 'secret' && !/^[A-Za-z0-9\-._~]+$/.test(credential.secret)) {
    const sentence =
      'has characters that some libraries do not escape for HTTP Basic (RFC 6749 §2.3.1); letters, digits and - . _ ~ are safe'
    warn(join(path, 'client_secret'), sentence)
  }
  for (const scope of client.scope.split(' ')) {
    const offered = client.grantwise.audiences.some(it => Object.hasOwn(resourceServers.get(it)?.scopes ?? {}, scope))
    if (scope === '' || offered || standardScopes.includes(scope)) continue
    warn(join(path, 'scope'), `"${scope}" is a scope of none of the client's audiences, so it is never granted`)
  }
  for (const [index, owner] of client.grantwise.owners.entries()) {
    if (!isLogin(owner)) warn(join(path, 'grantwise', 'owners', index), `nobody has the login "${owner}"`)
  }
}
