import { memberOf } from '../admin/advised-client.ts'
import { mendRedirectUri } from '../admin/mend-redirect-uri.ts'
import type { Problem } from '../admin/problem.ts'
import { addressesOf, findingOf } from '../admin/redirect-uri-finding.ts'
import type { Params } from '../core/params.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import type { AddressFinding } from './pages/address-finding.ts'
import type { NewClientFaults, TypedClient } from './pages/new-client.ts'

/** What the advice leaves to be typed. */
export interface Asked {
  /** Whether people are sent back to the app. */
  readonly redirects: boolean
  /** Whether it acts for itself, and so can do nothing without an API. */
  readonly itself: boolean
  /** Whether the platform that it runs on proves it. */
  readonly platform: boolean
  /** The APIs to choose from; fewer than two are no question. */
  readonly apis: readonly ResourceServer[]
}

/** Begins the name of each box beside an API; what follows tells them apart. */
const apiField = 'api-'

/** What was typed, one address a line. */
export function readTyped(form: Params): TypedClient {
  return {
    client_name: (form.get('client_name') ?? '').trim(),
    redirect_uris: addressesOf(form.get('redirect_uris') ?? ''),
    federated: {
      issuer: (form.get('federated_issuer') ?? '').trim(),
      subject: (form.get('federated_subject') ?? '').trim(),
    },
    audiences: form.entries().flatMap(([name, value]) => (name.startsWith(apiField) ? [value] : [])),
  }
}

/** The same with one address mended, as its button says; nothing when that is not offered for what was typed. */
export function mendTyped(typed: TypedClient, address: string): TypedClient | undefined {
  const mended = typed.redirect_uris.includes(address) ? mendRedirectUri(address) : undefined
  if (mended === undefined) return undefined
  const redirect_uris = typed.redirect_uris.map(uri => (uri === address ? mended : uri))
  return { ...typed, redirect_uris: [...new Set(redirect_uris)] }
}

/** Everything that keeps what was typed from being registered; nothing when nothing does. */
export function faultsOf(
  typed: TypedClient,
  { redirects, itself, platform, apis }: Asked,
): NewClientFaults | undefined {
  const addresses = redirects ? typed.redirect_uris.flatMap(uri => findingOf(uri) ?? []) : []
  return someOf({
    client_name:
      typed.client_name === '' ? 'Give the app a name: people see it when they are asked for consent.' : undefined,
    redirect_uris:
      redirects && typed.redirect_uris.length === 0
        ? 'Type at least one address: it is where people come back to the app.'
        : undefined,
    addresses,
    federated_issuer:
      platform && typed.federated.issuer === ''
        ? 'Type the issuer: who signs the tokens that jobs are given.'
        : undefined,
    federated_subject:
      platform && typed.federated.subject === ''
        ? 'Type the subject: which job may be this app, and no other.'
        : undefined,
    audiences:
      itself && apis.length > 1 && typed.audiences.length === 0
        ? 'Choose at least one: an app that acts for itself can do nothing else.'
        : undefined,
  })
}

/** The problems that registering found, each beside its field. */
export function faultsOfProblems(problems: readonly Problem[], { redirect_uris }: TypedClient): NewClientFaults {
  const says = (name: string): string | undefined => {
    const [first] = problems.filter(({ path }) => memberOf(path).member === name)
    return first && sentence(first)
  }
  const addresses = problems.flatMap(({ path, expected }): readonly AddressFinding[] => {
    const { member, index = -1 } = memberOf(path)
    const address = member === 'redirect_uris' ? redirect_uris[index] : undefined
    return address === undefined ? [] : [{ address, expected, mended: undefined }]
  })
  const placed = [
    'client_name',
    'redirect_uris',
    'grantwise.federated.issuer',
    'grantwise.federated.subject',
    'grantwise.audiences',
  ]
  const [other] = problems.filter(({ path }) => !placed.includes(memberOf(path).member))
  return {
    client_name: says('client_name'),
    redirect_uris: addresses.length === 0 ? says('redirect_uris') : undefined,
    addresses,
    federated_issuer: says('grantwise.federated.issuer'),
    federated_subject: says('grantwise.federated.subject'),
    audiences: says('grantwise.audiences'),
    other: other && `${memberOf(other.path).member || 'The client'}: ${sentence(other)}`,
  }
}

function someOf(faults: NewClientFaults): NewClientFaults | undefined {
  const { addresses, ...texts } = faults
  return addresses.length > 0 || Object.values(texts).some(text => text !== undefined) ? faults : undefined
}

function sentence({ expected, came }: Pick<Problem, 'expected' | 'came'>): string {
  return `Expected ${expected}; got ${came}.`
}
