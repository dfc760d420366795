// Asks the built advisor, then starts what was built and asks it for one thing of each kind: a page's file, a token, a
// copy made by a worker.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { advise } = await import('grantwise/advisor')
assert.equal(advise({ answers: {} }).question.id, 'acts_for')

const folder = mkdtempSync(join(tmpdir(), 'grantwise-build-'))
const data = ['--data-dir', join(folder, 'data')]
// Its people are made at the start, by the worker that hashes passwords.
const server = spawn(process.execPath, ['dist/main.js', 'start', '--dev', '--port', '0', ...data])
try {
  const issuer = await issuerOf(server)
  assert.equal((await fetch(`${issuer}/readyz`)).status, 200)
  const page = await (await fetch(`${issuer}/`)).text()
  const [, stylesheet] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? []
  assert.equal((await fetch(new URL(stylesheet, issuer))).status, 200)
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo-job:demo-job-secret-that-everybody-knows')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  assert.equal(answer.status, 200, await answer.text())
  execFileSync(process.execPath, ['dist/main.js', 'backup', join(folder, 'copy'), ...data])
} finally {
  server.kill()
  const [code] = await once(server, 'exit')
  rmSync(folder, { recursive: true })
  assert.equal(code, 0)
}

/** What the server says it is called, once it serves. */
async function issuerOf({ stdout, stderr }) {
  let said = ''
  stderr.on('data', text => {
    said += text
  })
  for await (const text of stdout) {
    said += text
    const [, issuer] = /Issuer +(\S+)/.exec(said) ?? []
    if (issuer !== undefined) return issuer
  }
  throw new Error(`it does not start: ${said}`)
}
