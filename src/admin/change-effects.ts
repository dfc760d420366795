import { holdsSecret } from '../core/client.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { addressEffects } from './address-effects.ts'
import type { ClientEntry } from './client-entry.ts'
import { breaks, changes, type Effect } from './effect.ts'
import type { LiveSignIns } from './ports.ts'
import { settingEffects } from './setting-effects.ts'

/** What a change is looked at against. */
interface Surroundings {
  readonly live: LiveSignIns
  readonly apis: readonly ResourceServer[]
}

/** What a change of a registration does, in words: what breaks first. */
export function effectsOf(before: ClientEntry, after: ClientEntry, { live, apis }: Surroundings): readonly Effect[] {
  const all = [
    ...grantEffects(before, after, live),
    ...responseEffects(before, after),
    ...proofEffects(before, after),
    ...introspectionEffects(after, apis),
    ...pkceEffects(before, after),
    ...addressEffects(before, after),
    ...apiEffects(before, after, live),
    ...scopeEffects(before, after),
    ...settingEffects(before, after),
  ]
  return [...all.filter(({ kind }) => kind === 'breaks'), ...all.filter(({ kind }) => kind === 'changes')]
}

const gone = (before: readonly string[], after: readonly string[]) => before.filter(it => !after.includes(it))
const listed = (all: readonly string[]) => all.join(', ')

const grantsGone: Readonly<Record<string, string>> = {
  authorization_code: 'People can no longer sign in to it in the browser: its codes are refused.',
  client_credentials: 'It no longer acts for itself: grant_type=client_credentials is refused.',
  implicit: 'Tokens no longer come in the address: it has to ask for a code and redeem it.',
  password:
    'It may no longer ask for passwords itself: grant_type=password is refused. It has to send people to the sign-in page.',
  [deviceCodeGrantType]: 'Its people can no longer connect a device by typing a code: it is refused one.',
}

const grantsCome: Readonly<Record<string, string>> = {
  authorization_code: 'It may send people to the sign-in page and redeem the code that comes back.',
  refresh_token: 'It may have refresh tokens, and so keep its people signed in.',
  client_credentials: 'It may act for itself, with no person there.',
  implicit: 'It may have tokens in the address, which is withdrawn.',
  password: 'It may ask people for their passwords itself, which is withdrawn.',
  [deviceCodeGrantType]: 'It may show a code that people type on another device.',
}

function grantEffects(before: ClientEntry, after: ClientEntry, live: LiveSignIns): readonly Effect[] {
  const left = gone(before.grant_types, after.grant_types).map(grant =>
    breaks(
      'grant_types',
      grant === 'refresh_token' ? renewalEnds(live) : (grantsGone[grant] ?? `grant_type=${grant} is refused.`),
    ),
  )
  const come = gone(after.grant_types, before.grant_types).map(grant =>
    changes('grant_types', grantsCome[grant] ?? `It may use grant_type=${grant}.`),
  )
  return [...left, ...come]
}

function renewalEnds({ renewable, more }: LiveSignIns): string {
  if (renewable === 0 && !more) return 'Refresh tokens end. No sign-in that is alive now has one.'
  return `Refresh tokens end: ${counted(renewable, more)} must sign in again once the access token has run out.`
}

/** How many sign-ins, as the subject of a sentence. */
function counted(times: number, more: boolean): string {
  return `${more ? 'at least ' : ''}${times === 1 ? '1 sign-in that is alive now' : `${times} sign-ins that are alive now`}`
}

function responseEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const left = gone(before.response_types, after.response_types)
  const come = gone(after.response_types, before.response_types)
  return [
    ...left.map(it => breaks('response_types', `response_type=${it} is refused.`)),
    ...come.map(it => changes('response_types', `It may ask with response_type=${it}.`)),
  ]
}

/** What goes or comes together with how it proves itself. */
const proof = [
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'grantwise.federated',
] as const

function proofEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [was, is] = [before.token_endpoint_auth_method, after.token_endpoint_auth_method]
  const [oldPlatform, newPlatform] = [before.grantwise.federated, after.grantwise.federated]
  if (is === 'none') {
    if (was === 'none') return []
    const what = holdsSecret(was) ? 'its secret is forgotten' : 'its keys are forgotten'
    return [
      breaks(proof, `It becomes public: ${what}, and its code must stop sending it and send its client_id instead.`),
    ]
  }
  if (holdsSecret(is) && !holdsSecret(was)) {
    const had = was === 'none' ? 'It becomes confidential' : `It stops proving itself by ${was}`
    return [breaks(proof, `${had}: it gets a secret, shown once, and must send it to the token endpoint from then on.`)]
  }
  if (
    newPlatform !== undefined &&
    newPlatform.issuer + newPlatform.subject !== (oldPlatform?.issuer ?? '') + oldPlatform?.subject
  ) {
    const secret = holdsSecret(was) ? ' Its secret is forgotten.' : ''
    return [breaks(proof, `It proves itself by a token of ${newPlatform.issuer} for ${newPlatform.subject}.${secret}`)]
  }
  return was === is ? [] : [breaks(proof, `It proves itself by ${is} in place of ${was}.`)]
}

/** Who introspects proves who they are (RFC 7662 §2.1). */
function introspectionEffects(
  { client_id, token_endpoint_auth_method }: ClientEntry,
  apis: readonly ResourceServer[],
): readonly Effect[] {
  if (token_endpoint_auth_method !== 'none') return []
  const served = apis.filter(it => it.client_id === client_id)
  return served.map(({ name }) =>
    breaks('token_endpoint_auth_method', `${name} can no longer ask what a token is: it asks as this client.`),
  )
}

function pkceEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  if (!after.response_types.includes('code')) return []
  const required = ({ response_types, grantwise }: ClientEntry) =>
    response_types.includes('code') && grantwise.pkce === 'required'
  const [was, is] = [required(before), required(after)]
  if (was === is) return []
  if (was) return [changes('grantwise.pkce', 'Its code may leave out code_challenge; where it is sent it binds.')]
  return [
    breaks(
      'grantwise.pkce',
      'Its code must send code_challenge (S256) with each request, and code_verifier with each code: requests without are refused.',
    ),
  ]
}

function apiEffects(before: ClientEntry, after: ClientEntry, live: LiveSignIns): readonly Effect[] {
  return [
    ...gone(before.grantwise.audiences, after.grantwise.audiences).map(audience => {
      const alive = live.of[audience] ?? 0
      const whose = alive === 0 && !live.more ? '' : ` No longer renewed: ${counted(alive, live.more)}.`
      return breaks('grantwise.audiences', `It gets no more tokens for ${audience}.${whose}`)
    }),
    ...gone(after.grantwise.audiences, before.grantwise.audiences).map(it =>
      changes('grantwise.audiences', `It may have tokens for ${it}.`),
    ),
  ]
}

function scopeEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const words = ({ scope }: ClientEntry) => scope.split(' ').filter(it => it !== '')
  const [left, come] = [gone(words(before), words(after)), gone(words(after), words(before))]
  return [
    ...(left.length === 0
      ? []
      : [breaks('scope', `It is no longer granted ${listed(left)}: what asks for it gets the rest.`)]),
    ...(come.length === 0 ? [] : [changes('scope', `It may be granted ${listed(come)}.`)]),
  ]
}
