import { memberOf } from '../admin/advised-client.ts'
import { mendRedirectUri } from '../admin/mend-redirect-uri.ts'
import type { Problem } from '../admin/problem.ts'
import { addressesOf, findingOf } from '../admin/redirect-uri-finding.ts'
import type { Params } from '../core/params.ts'
import type { AddressFinding } from './pages/address-finding.ts'
import type { Asked, NewClientFaults, TypedClient } from './pages/new-client-fields.ts'

/** What was typed for one of the clients, by what its fields end in; one address a line. */
export function readTyped(form: Params, suffix: string): TypedClient {
  const text = (name: string): string => (form.get(`${name}${suffix}`) ?? '').trim()
  const lines = (name: string) => addressesOf(form.get(`${name}${suffix}`) ?? '')
  return {
    client_name: text('client_name'),
    redirect_uris: lines('redirect_uris'),
    federated: { issuer: text('federated_issuer'), subject: text('federated_subject') },
    network: { cidrs: lines('network'), text: text('network_name') },
    audiences: form.entries().flatMap(([name, value]) => (isApiField(name, suffix) ? [value] : [])),
    new_api: form.get(`new_api${suffix}`) !== undefined,
  }
}

/** The box beside an API: `api-0` of the first client, `api-0-2` of the second. */
function isApiField(name: string, suffix: string): boolean {
  return /^api-\d+$/.test(name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : '')
}

/** The same with one address mended, as its button says; nothing when that is not offered for what was typed. */
export function mendTyped(typed: TypedClient, address: string): TypedClient | undefined {
  const mended = typed.redirect_uris.includes(address) ? mendRedirectUri(address) : undefined
  if (mended === undefined) return undefined
  const redirect_uris = typed.redirect_uris.map(uri => (uri === address ? mended : uri))
  return { ...typed, redirect_uris: [...new Set(redirect_uris)] }
}

/** Everything that keeps what was typed from being registered; nothing when nothing does. `fresh`: the new API is its own, too. */
export function faultsOf(
  typed: TypedClient,
  { redirects, itself, platform, network, apis, many }: Asked,
  fresh: boolean,
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
    network:
      network && typed.network.cidrs.length === 0
        ? 'Type at least one network, like 10.0.0.0/8: you answered that it is for one only.'
        : undefined,
    network_name:
      network && typed.network.text === '' ? 'Say what people call it: whoever is outside is told so.' : undefined,
    audiences: apis.length > 0 ? audiencesFault(typed.audiences.length + Number(fresh), itself, many) : undefined,
  })
}

function audiencesFault(length: number, itself: boolean, many: Asked['many']): string | undefined {
  if (itself && length === 0) return 'Choose at least one: an app that acts for itself can do nothing else.'
  if (many === 'several' && length === 0) return 'Choose each that it calls: by your answers, there is one at least.'
  return many === 'one' && length > 1 ? 'Choose one: you answered that it calls no more.' : undefined
}

/** The problems that registering found, each beside its field. */
export function faultsOfProblems(problems: readonly Problem[], { redirect_uris }: TypedClient): NewClientFaults {
  const says = (name: string): string | undefined => {
    const [first] = problems.filter(({ path }) => memberOf(path).member === name)
    return first && sentenceOf(first)
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
    'grantwise.network_policy.cidrs',
    'grantwise.network_policy.text',
  ]
  const [other] = problems.filter(({ path }) => !placed.includes(memberOf(path).member))
  return {
    client_name: says('client_name'),
    redirect_uris: addresses.length === 0 ? says('redirect_uris') : undefined,
    addresses,
    federated_issuer: says('grantwise.federated.issuer'),
    federated_subject: says('grantwise.federated.subject'),
    audiences: says('grantwise.audiences'),
    network: says('grantwise.network_policy.cidrs'),
    network_name: says('grantwise.network_policy.text'),
    other: other && `${memberOf(other.path).member || 'The client'}: ${sentenceOf(other)}`,
  }
}

function someOf(faults: NewClientFaults): NewClientFaults | undefined {
  const { addresses, ...texts } = faults
  return addresses.length > 0 || Object.values(texts).some(text => text !== undefined) ? faults : undefined
}

/** What a person reads of a problem. */
export function sentenceOf({ expected, came }: Pick<Problem, 'expected' | 'came'>): string {
  return `Expected ${expected}; got ${came}.`
}
