import { type Client, isPublic } from '../core/client.ts'
import { followUps } from './follow-ups.ts'
import { type Answers, questions, unsure } from './questions.ts'

/** What was answered about a registered client; of one that no advice led to, what its registration says of it. */
export function presentAnswers(
  client: Pick<Client, 'grantwise' | 'token_endpoint_auth_method' | 'grant_types' | 'redirect_uris'>,
): Partial<Answers> {
  const { advice, acts_for, runs_on, federated } = client.grantwise
  if (advice !== null) {
    const answers = Object.entries(advice['answers'] ?? {})
    // Other rules may have asked what today's do not, and known answers that these do not.
    return Object.fromEntries(answers.filter(([id, value]) => isAnswer(id, value)))
  }
  const user = acts_for.includes('user')
  const byDevice = client.grant_types.some(it => it.endsWith(':device_code'))
  return {
    acts_for: user ? 'user' : 'self',
    runs_on,
    secret_safe: isPublic(client) || federated !== undefined ? 'no' : 'yes',
    redirect: user && (client.redirect_uris.length > 0 || !byDevice) ? 'yes' : 'no',
    trusted_pw: 'no',
    offline: 'no',
    backend: 'no',
    platform_id: federated === undefined ? 'no' : 'yes',
  }
}

function isAnswer(id: string, value: unknown): boolean {
  const question = questions.find(it => it.id === id)
  return question !== undefined && (value === unsure || question.choices.some(it => it.value === value))
}

/**
 * The follow-ups that were answered about a registered client, and those that it has answered by what it is where nobody
 * did. What an administrator has taken away since, without the advisor, is not asked for again: refresh tokens, and to be
 * a first party.
 */
export function presentFollowUps({
  grantwise,
  grant_types,
}: Pick<Client, 'grantwise' | 'grant_types'>): Readonly<Record<string, string>> {
  const { first_party, advice } = grantwise
  const { F2, ...answered } = knownFollowUps(advice?.['followups'])
  const renews = grant_types.includes('refresh_token')
  const could = grant_types.some(it => it === 'authorization_code' || it.endsWith(':device_code'))
  const takenForOurs = answered['F5'] === 'yes' || answered['F13'] === 'ourselves'
  return {
    ...(first_party ? { F5: 'yes' } : {}),
    ...answered,
    ...(!first_party && takenForOurs ? { F5: 'no' } : {}),
    ...(could && !renews ? { F1: 'no' } : {}),
    ...(F2 === undefined || (F2 === 'yes' && !renews) ? {} : { F2 }),
  }
}

/** Answered follow-ups without those that the rules of today do not ask or take. */
export function knownFollowUps(value: unknown): Readonly<Record<string, string>> {
  const given = Object.entries(Object(value) as Readonly<Record<string, string>>)
  return Object.fromEntries(
    given.filter(([id, answer]) => followUps.find(it => it.id === id)?.choices.some(it => it.value === answer)),
  )
}
