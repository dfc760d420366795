import { readFileSync } from 'node:fs'
import type { Option } from 'commander'
import type { Typed } from '../admin/advised-client.ts'
import { flowOf } from '../advisor/flows.ts'
import { needsPlatform, type Registration, signingRegistration } from '../advisor/registration.ts'
import { StartRefused } from '../config.ts'
import { flag } from './flags.ts'

/** How a new client will prove itself, where a secret is not what it shall have. */
export interface CredentialOptions {
  readonly jwks?: string
  readonly jwksUri?: string
  readonly federatedIssuer?: string
  readonly federatedSubject?: string
}

export function credentialFlags(): readonly Option[] {
  return [
    flag('--jwks <file>', 'its public keys, for a key of its own in place of a secret', '--jwks public.json'),
    flag('--jwks-uri <url>', 'where it publishes them', '--jwks-uri https://app.example.com/jwks.json'),
    flag(
      '--federated-issuer <url>',
      'the platform that proves a job',
      '--federated-issuer https://token.actions.githubusercontent.com',
    ),
    flag(
      '--federated-subject <text>',
      'what the platform’s token says of the job (sub)',
      '--federated-subject repo:photos/prints:ref:refs/heads/main',
    ),
  ]
}

/** What is registered by these options, and what is typed besides. @throws StartRefused where they do not fit the advice. */
export function readCredential(
  registration: Registration,
  options: CredentialOptions,
): { readonly registration: Registration; readonly typed: Pick<Typed, 'keys' | 'federated'> } {
  checkPlatform(registration, options)
  const federated = readPlatform(options)
  const keys = readKeys(options)
  if (keys === undefined) return { registration, typed: { federated } }
  const signing = signingRegistration(registration)
  if (signing === undefined) {
    const flow = flowOf(registration.grantwise.advice.flow).name
    throw new StartRefused(
      `${options.jwks === undefined ? '--jwks-uri' : '--jwks'}: expected none, since ${flow} signs with no key of its own`,
    )
  }
  return { registration: signing, typed: { keys } }
}

/** @throws StartRefused unless the platform is named exactly where one is needed. */
function checkPlatform({ grantwise }: Registration, options: CredentialOptions): void {
  const flow = flowOf(grantwise.advice.flow).name
  for (const [name, value] of [
    ['--federated-issuer', options.federatedIssuer],
    ['--federated-subject', options.federatedSubject],
  ] as const) {
    if (needsPlatform(grantwise.advice) === (value !== undefined)) continue
    throw new StartRefused(
      value === undefined
        ? `${name}: expected one, since ${flow} is proven by the platform that it runs on; got none`
        : `${name}: expected none, since ${flow} is proven by no platform`,
    )
  }
}

/** @throws StartRefused where one half of it is missing: the issuer alone would vouch for every job of everybody. */
export function readPlatform({
  federatedIssuer: issuer,
  federatedSubject: subject,
}: Pick<CredentialOptions, 'federatedIssuer' | 'federatedSubject'>): Typed['federated'] {
  if (issuer === undefined && subject === undefined) return undefined
  if (subject === undefined)
    throw new StartRefused('--federated-subject: expected which job of --federated-issuer it is; got none')
  if (issuer === undefined)
    throw new StartRefused('--federated-issuer: expected whose job --federated-subject is; got none')
  return { issuer, subject }
}

function readKeys({ jwks, jwksUri }: CredentialOptions): Typed['keys'] {
  if (jwks !== undefined && jwksUri !== undefined)
    throw new StartRefused('--jwks-uri: expected either it or --jwks; got both')
  if (jwksUri !== undefined) return { jwks_uri: jwksUri }
  return jwks === undefined ? undefined : { jwks: readJwks(jwks) }
}

/** A key set, or one key. @throws StartRefused; what the file says is looked at where it is registered, and never quoted. */
function readJwks(path: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null && 'kty' in value ? { keys: [value] } : value
  } catch (error) {
    const { code = 'no JSON' } = error as NodeJS.ErrnoException
    throw new StartRefused(`--jwks: expected a file of public keys as JSON (RFC 7517); got ${code}`)
  }
}
