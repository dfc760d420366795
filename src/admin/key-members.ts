import type { Client } from '../core/client.ts'
import type { Jwks } from '../core/foreign-jwt.ts'
import type { clientMembers } from './client-metadata.ts'
import { algsOfJwks, readJwks } from './jwks.ts'
import { isObject, type Members } from './members.ts'
import { describe, join, type Report } from './problem.ts'

type Keys = Pick<Client, 'jwks' | 'jwks_uri' | 'token_endpoint_auth_signing_alg'>
type Given = Members<typeof clientMembers>

/** By which keys a client that signs its assertions is known: one source, and none where nothing is signed (RFC 7591 §2). */
export function readKeys(read: Given, path: string, report: Report): Keys {
  const { given, has } = read
  const { token_endpoint_auth_signing_alg: alg, jwks_uri } = given
  const jwks = has('jwks') ? readJwks(given.jwks, join(path, 'jwks'), report) : undefined
  checkSources(read, path, report)
  if (alg !== undefined && jwks !== undefined) checkAlg(alg, jwks, path, report)
  return {
    ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwks_uri === undefined ? {} : { jwks_uri }),
  }
}

function checkSources({ given, has }: Given, path: string, report: Report): void {
  const { token_endpoint_auth_method: method } = given
  const named = [
    ...(['jwks', 'jwks_uri'] as const).filter(has).map(name => [name]),
    ...(namesPlatform({ given, has }) ? [['grantwise', 'federated']] : []),
  ]
  if (method === 'private_key_jwt') {
    const [first, second] = named
    if (first === undefined) {
      const expected =
        'the public keys of the app, since token_endpoint_auth_method is "private_key_jwt": jwks, jwks_uri or grantwise.federated'
      report(join(path, 'jwks'), expected, 'none of them')
    } else if (second !== undefined) {
      const came = named.map(steps => steps.join('.')).join(' and ')
      report(join(path, ...second), 'one of jwks, jwks_uri and grantwise.federated', came)
    }
    return
  }
  if (method === undefined) return
  const alg = has('token_endpoint_auth_signing_alg') ? [['token_endpoint_auth_signing_alg']] : []
  for (const steps of [...named, ...alg]) {
    report(join(path, ...steps), 'token_endpoint_auth_method "private_key_jwt" with it', describe(method))
  }
}

/** Whether a platform is named at all, well or badly. */
export function namesPlatform({ given: { grantwise } }: Given): boolean {
  return isObject(grantwise) && grantwise['federated'] !== undefined
}

function checkAlg(alg: string, jwks: Jwks, path: string, report: Report): void {
  const can = algsOfJwks(jwks)
  if (can.includes(alg)) return
  const expected = `an algorithm of the keys in jwks (${[...new Set(can)].join(', ')})`
  report(join(path, 'token_endpoint_auth_signing_alg'), expected, describe(alg))
}
