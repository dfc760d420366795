import { readFileSync } from 'node:fs'
import type { Environment, Given } from './sources.ts'

/** A file that was named for the secret, by its absolute path. */
export interface SecretFile {
  readonly path: string
  readonly given: Given
}

const shortest = 32

/** The server secret, from its variable or its file; undefined where neither is. What is wrong is added to `faults`. */
export function readSecret(env: Environment, file: SecretFile | undefined, faults: string[]): string | undefined {
  const secret = env['GRANTWISE_SECRET'] || undefined
  if (secret !== undefined && file) {
    faults.push(`${file.given.from}: expected no GRANTWISE_SECRET beside it; got both. Leave one of them out`)
  }
  if (secret !== undefined) faults.push(...tooShort('GRANTWISE_SECRET', secret))
  return secret ?? (file && readSecretFile(file, faults))
}

/** What a secret store puts into a file: a Docker secret, a systemd credential. */
function readSecretFile({ path, given }: SecretFile, faults: string[]): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim()
    faults.push(...tooShort(`${given.from}: ${path}`, secret))
    return secret
  } catch (error) {
    const { code = 'none' } = error as NodeJS.ErrnoException
    faults.push(`${given.from}: expected a file that this process can read; got ${code} for ${path}`)
    return undefined
  }
}

function tooShort(origin: string, { length }: string): readonly string[] {
  if (length >= shortest) return []
  return [`${origin}: expected at least ${shortest} characters (openssl rand -base64 32 makes some); got ${length}`]
}
