import { type Client, isPublic } from '../core/client.ts'
import { type Answers, questionIds } from './questions.ts'

/** What was answered about a registered client; of one that no advice led to, what its registration says of it. */
export function presentAnswers(
  client: Pick<Client, 'grantwise' | 'token_endpoint_auth_method' | 'grant_types' | 'redirect_uris'>,
): Partial<Answers> {
  const { advice, acts_for, runs_on, federated } = client.grantwise
  if (advice !== null) {
    const answers = Object.entries(advice['answers'] ?? {})
    return Object.fromEntries(answers.filter(([id]) => questionIds.some(it => it === id)))
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
