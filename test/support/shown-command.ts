import { exec } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { TestServer } from './server.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

/** Runs a command that a page shows, as it is shown, where that server runs; what it printed. */
export async function runShownCommand(command: string, { data_dir }: Pick<TestServer, 'data_dir'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'grantwise-shown-'))
  try {
    const npx = join(folder, 'npx')
    writeFileSync(npx, `#!/bin/sh\n[ "$1" = grantwise ] && shift\nexec '${process.execPath}' '${main}' "$@"\n`)
    chmodSync(npx, 0o755)
    const { PATH = '' } = process.env
    const env = { PATH: [folder, PATH].join(delimiter), HOME: folder, GRANTWISE_DATA_DIR: data_dir }
    const { stdout } = await promisify(exec)(`set -e\n${command}`, { cwd: folder, env, shell: '/bin/sh' })
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
