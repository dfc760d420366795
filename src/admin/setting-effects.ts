import { findFlow } from '../advisor/flows.ts'
import { lifetimeWords } from '../advisor/lifetime-words.ts'
import { policyOf } from '../advisor/policies/index.ts'
import type { RunsOn } from '../core/client.ts'
import { portEffects } from './address-effects.ts'
import type { ClientEntry } from './client-entry.ts'
import { breaks, changes, type Effect } from './effect.ts'

/** What changes of that which is ours in a registration do, in words. */
export function settingEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [was, is] = [before.grantwise, after.grantwise]
  return [
    ...placeEffects(before, after),
    ...purposeEffects(before, after),
    ...policyEffects(before, after),
    ...renewalEffects(before, after),
    ...(was.first_party === is.first_party ? [] : [firstPartyEffect(is.first_party)]),
    ...networkEffects(before, after),
    ...(was.retired_until !== undefined && is.retired_until === undefined
      ? [changes('grantwise.retired_until', 'The day on which its retired flows end goes with them.')]
      : []),
    ...adviceEffects(before, after),
  ]
}

const places: Readonly<Record<RunsOn, string>> = {
  server: 'on a server',
  browser: 'in a page in the browser',
  native: 'as an app on a phone or computer',
  cli: 'as a command on a computer',
  device: 'on a device without a keyboard',
  ci: 'as a job of a CI platform',
}

function placeEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [was, is] = [before.grantwise.runs_on, after.grantwise.runs_on]
  if (was === is) return []
  return [
    ...portEffects(before, after),
    changes('grantwise.runs_on', `It is registered as running ${places[is]}, no longer ${places[was]}.`),
  ]
}

function purposeEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const words = ({ grantwise }: ClientEntry) =>
    grantwise.acts_for.map(whom => (whom === 'user' ? 'people' : 'itself')).join(' and ')
  const [was, is] = [words(before), words(after)]
  return was === is ? [] : [changes('grantwise.acts_for', `It is registered to act for ${is}, before for ${was}.`)]
}

function policyEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [was, is] = [before.grantwise.policy, after.grantwise.policy]
  if (was === is) return []
  const renews = ({ grant_types }: ClientEntry) => grant_types.includes('refresh_token')
  return [
    ...(was === 'spotify' && renews(before) && renews(after)
      ? [breaks('grantwise.policy', 'It has to ask for offline_access: codes bring no refresh token without it.')]
      : []),
    ...(is === 'spotify' && renews(after)
      ? [changes('grantwise.policy', 'Every code brings a refresh token, asked for or not.')]
      : []),
    changes('grantwise.policy', `It goes by ${policyOf(is).name}, no longer by ${policyOf(was).name}.`),
  ]
}

/** What is shorter ends sign-ins that are alive, too: it is looked at when they are renewed. */
function renewalEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  if (!after.grant_types.includes('refresh_token')) return []
  const [was, is] = [before.grantwise, after.grantwise]
  const had = before.grant_types.includes('refresh_token')
  const lives = (member: 'refresh_idle_ttl' | 'refresh_max_ttl', where: string): readonly Effect[] => {
    if (was[member] === is[member]) return []
    const [old, now] = [lifetimeWords(was[member]), lifetimeWords(is[member])]
    return had && is[member] < was[member]
      ? [breaks(`grantwise.${member}`, `People must sign in again ${where} ${now}, before ${old}.`)]
      : [changes(`grantwise.${member}`, `People must sign in again ${where} ${now}, not ${old}.`)]
  }
  return [
    ...(was.refresh_rotation === is.refresh_rotation ? [] : [rotationEffect(is.refresh_rotation)]),
    ...lives('refresh_idle_ttl', 'once it has not renewed its tokens for'),
    ...lives('refresh_max_ttl', 'this long after they allowed it, however often it renewed its tokens:'),
  ]
}

function rotationEffect(rotates: boolean): Effect {
  const says = rotates
    ? 'Its refresh tokens rotate: each is good for one use.'
    : 'Its refresh tokens rotate no more: each is used again and again.'
  return changes('grantwise.refresh_rotation', says)
}

function firstPartyEffect(first_party: boolean): Effect {
  const says = first_party
    ? 'It is a first party from then on: people are not asked for consent.'
    : 'It is no first party any more: people are asked for consent.'
  return changes('grantwise.first_party', says)
}

function networkEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [was, is] = [before.grantwise.network_policy, after.grantwise.network_policy]
  if (JSON.stringify(was) === JSON.stringify(is)) return []
  if (is === undefined) return [changes('grantwise.network_policy', 'What it says of networks goes.')]
  const where = `${is.text} (${is.cidrs.join(', ')})`
  return [
    is.mode === 'enforce'
      ? breaks('grantwise.network_policy', `Whoever is outside ${where} can no longer use it.`)
      : changes('grantwise.network_policy', `It is meant for ${where}.`),
  ]
}

function adviceEffects({ grantwise: before }: ClientEntry, { grantwise: after }: ClientEntry): readonly Effect[] {
  const flow = (advice: ClientEntry['grantwise']['advice']) => findFlow(advice?.['flow'])?.name
  const [was, is] = [flow(before.advice), flow(after.advice)]
  if (was === is) return []
  const no = was === undefined ? '' : `, no longer to ${was}`
  return [changes('grantwise.advice', `It is held to ${is ?? 'no advice'}${no}.`)]
}
