import { envValue } from './quote.ts'
import type { Situation } from './situation.ts'

/** The settings beside code that keeps a secret; nothing for code that has none. */
export function envFile(
  { issuer, client_id, method }: Situation,
  client_secret: string | undefined,
): string | undefined {
  if (method === 'none') return undefined
  const signs = method === 'private_key_jwt'
  const settings = [
    ['ISSUER', issuer],
    ['CLIENT_ID', client_id],
    signs ? ['PRIVATE_KEY_FILE', 'private.pem'] : ['CLIENT_SECRET', client_secret ?? 'the-secret-that-was-shown-once'],
  ] as const
  const lines = settings.map(([name, value]) => {
    const written = envValue(value)
    return written === undefined ? `# ${name} cannot be written here: set it in the environment.` : `${name}=${written}`
  })
  const first = signs
    ? '# Keep the key that this names out of version control.'
    : '# Keep this file out of version control.'
  return [first, ...lines, ''].join('\n')
}
