import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureKeys } from '../../src/keys/first-keys.ts'
import { openData, systemPowers } from '../../src/open-data.ts'

const variable = 'GRANTWISE_TEST_INSTALLED'

/** Once for a whole run: a data directory with signing keys, of which two for RSA take most of a start. */
export default async function install(): Promise<() => void> {
  const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-installed-'))
  const data = await openData({ data_dir, secret: undefined }, systemPowers)
  await ensureKeys(data)
  await data.close()
  process.env[variable] = data_dir
  return () => rmSync(data_dir, { recursive: true, force: true })
}

/** Makes a data directory what it is after an installation that nobody has called anything yet. */
export function copyInstalled(data_dir: string): void {
  const installed = process.env[variable]
  if (installed !== undefined) cpSync(installed, data_dir, { recursive: true })
}
