import { envValue } from './quote.ts'
import type { Situation } from './situation.ts'

/** The settings beside code that keeps a secret; nothing for code that has none. */
export function envFile(
  { issuer, client_id, method }: Situation,
  client_secret: string | undefined,
): string | undefined {
  if (method === 'none') return undefined
  const settings = [
    ['ISSUER', issuer],
    ['CLIENT_ID', client_id],
    ['CLIENT_SECRET', client_secret ?? 'the-secret-that-was-shown-once'],
  ] as const
  const lines = settings.map(([name, value]) => {
    const written = envValue(value)
    return written === undefined ? `# ${name} cannot be written here: set it in the environment.` : `${name}=${written}`
  })
  return ['# Keep this file out of version control.', ...lines, ''].join('\n')
}
