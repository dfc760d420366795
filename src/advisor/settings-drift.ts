import type { Client } from '../core/client.ts'
import type { Result } from './advise.ts'
import { flowOf } from './flows.ts'
import type { RedirectKind } from './follow-ups/follow-up.ts'
import { lifetimeWords } from './lifetime-words.ts'
import { outcomesOf, settledBy } from './settle-follow-ups.ts'

/** What a client is registered for, as far as follow-ups settle it. */
export type Registered = Pick<Client, 'grant_types' | 'redirect_uris' | 'grantwise'>

/** A member that the rules of today would register otherwise for the same answers; both in words. */
export interface SettingDrift {
  readonly member: string
  readonly registered: string
  readonly today: string
}

/** Where what the answered follow-ups settle today is not what is registered. What nobody answered settles nothing. */
export function settingsDrift(result: Result, { grant_types, redirect_uris, grantwise }: Registered): SettingDrift[] {
  const settled = settledBy(result)
  const flow = flowOf(result.flow)
  const renews = flow.grant_types.includes('refresh_token') && settled.refresh !== false
  const consentSaid = outcomesOf(result).some(({ settings }) => settings?.first_party !== undefined)
  const { audiences, first_party, network_policy } = grantwise
  const all: SettingDrift[] = []
  const differs = (member: string, registered: string, today: string) => all.push({ member, registered, today })

  if (flow.grant_types.includes('refresh_token') && settled.refresh !== undefined) {
    const has = grant_types.includes('refresh_token')
    if (has !== settled.refresh) differs('grant_types', ...yesOrNo(has, 'refresh_token', 'no refresh_token'))
  }
  for (const member of ['refresh_idle_ttl', 'refresh_max_ttl'] as const) {
    const [was, is] = [grantwise[member], settled[member]]
    if (renews && is !== undefined && was !== is) differs(`grantwise.${member}`, lifetimeWords(was), lifetimeWords(is))
  }
  if (consentSaid && first_party !== (settled.first_party ?? false)) {
    differs('grantwise.first_party', String(first_party), String(!first_party))
  }
  const apis = apisToday(settled, audiences.length)
  if (apis !== undefined) differs('grantwise.audiences', counted(audiences.length), apis)
  if (settled.network && (network_policy?.mode ?? 'off') === 'off')
    differs('grantwise.network_policy', 'none', 'a network of its own')
  const { redirect } = settled
  if (redirect !== undefined && flow.response_types.length > 0 && !redirect_uris.some(uri => isOfKind(uri, redirect))) {
    differs('redirect_uris', 'of another kind', kinds[redirect])
  }
  return all
}

function yesOrNo(is: boolean, yes: string, no: string): readonly [string, string] {
  return is ? [yes, no] : [no, yes]
}

function apisToday({ login_only, apis }: ReturnType<typeof settledBy>, many: number): string | undefined {
  if (login_only) return many === 0 ? undefined : 'none'
  if (apis === 'one') return many > 1 ? 'one' : undefined
  return apis === 'several' && many === 0 ? 'one at least' : undefined
}

function counted(many: number): string {
  return many === 0 ? 'none' : String(many)
}

const kinds: Readonly<Record<RedirectKind, string>> = {
  'claimed-https': 'https, claimed by the app',
  loopback: 'loopback',
  'custom-scheme': 'a scheme of its own',
  extension: 'https of the extension',
}

function isOfKind(uri: string, kind: RedirectKind): boolean {
  if (kind === 'loopback') return uri.startsWith('http:')
  if (kind === 'custom-scheme') return !/^https?:/.test(uri)
  return uri.startsWith('https:')
}
