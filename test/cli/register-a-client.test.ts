import { exec } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

const root = join(import.meta.dirname, '../..')

let folder: string
let server: TestServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-guide-'))
  const bin = join(folder, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  const program = join(bin, 'grantwise')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'src/main.ts')}' "$@"\n`)
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'package.json'), '{}')
  server = await startServer({ document: {} })
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What the page has to be copied into a terminal, but for what asks for a password there. */
function commands(): readonly string[] {
  const page = readFileSync(join(root, 'docs/register-a-client.md'), 'utf8')
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  expect(blocks.map(([, language]) => language).filter(Boolean)).toEqual([])
  return blocks.flatMap(([, , text = '']) => (text.includes('user add') ? [] : [text]))
}

test('on a server with nothing on it, every command works as it stands, in the order of the page', async () => {
  const { PATH = '' } = process.env
  const env: Record<string, string> = {
    PATH,
    HOME: folder,
    GRANTWISE_DATA_DIR: server.data_dir,
    npm_config_offline: 'true',
  }
  const said: string[] = []
  for (const command of commands()) {
    const here = command.replaceAll('http://127.0.0.1:4000', server.issuer)
    const { stdout } = await promisify(exec)(`set -e\n${here}`, { cwd: folder, env, shell: '/bin/sh' })
    said.push(stdout)
    for (const [, name = '', value = ''] of stdout.matchAll(/^ +(client_id|client_secret) +(\S+)$/gm))
      env[name.toUpperCase()] ??= value
  }
  expect(said.join('\n')).toContain('"access_token":')
  const clients = await server.data.store.allClients()
  expect(clients.map(({ client_name }) => client_name).sort()).toEqual([
    'My app',
    'Nightly import',
    'Office import',
    'Photo Prints',
    'Stock report',
  ])
})
