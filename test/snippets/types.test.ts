import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { both, deviceClient, hostileClient, jobClient, schemeClient, toolClient, webClient } from './clients.ts'
import { codeOf, modules } from './support.ts'

const strict = {
  strict: true,
  noEmit: true,
  module: 'nodenext',
  target: 'es2024',
  types: ['node'],
  // Not of this code, but of its libraries.
  skipLibCheck: true,
}

test('every file of TypeScript is, as strictly as it is checked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantwise-snippets-types-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(modules, join(folder, 'node_modules'))
  const clients = [
    await webClient('web', 'client_secret_basic'),
    await webClient('posting', 'client_secret_post'),
    await webClient('bare', 'none'),
    await webClient('plain', 'client_secret_basic', { scope: 'profile:read' }),
    await hostileClient('hostile'),
    toolClient('tool'),
    toolClient('fixed', { grantwise: { runs_on: 'device', acts_for: ['user'], audiences: both } }),
    deviceClient('tv'),
    schemeClient('scheme'),
    { ...schemeClient('signing-scheme'), token_endpoint_auth_method: 'private_key_jwt' },
    ...['ES256', 'ES384', 'PS256', 'RS256', 'Ed25519'].map(alg => ({
      ...jobClient(`signing-${alg}`, 'private_key_jwt'),
      token_endpoint_auth_signing_alg: alg,
    })),
    await webClient('signing-web', 'private_key_jwt'),
    schemeClient('once', { scope: 'openid profile' }),
    toolClient('tool-once', { scope: 'profile:read' }),
    await webClient('web-once', 'client_secret_basic', { scope: 'openid profile' }),
    jobClient('job', 'client_secret_basic', both),
  ]
  const files = clients.flatMap(client =>
    ['http://127.0.0.1:4000', 'https://id.example.com'].flatMap((issuer, at) =>
      codeOf(issuer, client)
        .snippets.filter(({ language }) => language === 'TypeScript')
        .map(({ id, text }) => ({ name: `${client.client_id}-${id}-${at}.mts`, text })),
    ),
  )
  expect(files.length).toBeGreaterThan(30)
  for (const { name, text } of files) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: strict, include: ['*.mts'] }))
  const tsc = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc')
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' })
  expect([stdout, status]).toEqual(['', 0])
})
