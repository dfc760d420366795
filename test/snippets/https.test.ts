import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { startServer } from '../support/server.ts'
import { world } from '../support/world.ts'
import { jobClient } from './clients.ts'
import { codeOf, has, python, run } from './support.ts'

test.each(['', '/auth', '/auth/'])('with an https issuer below %j, nothing is put up with', async path => {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-snippets-tls-'))
  const { tls_cert, tls_key } = writeCertificate(directory)
  const client = jobClient('nightly', 'client_secret_basic')
  const port = await freePort()
  const server = await startServer({
    config: { port, issuer: `https://127.0.0.1:${port}${path}`, tls_cert, tls_key },
    document: { ...world, clients: [...world.clients, client] },
  })
  onTestFinished(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const code = codeOf(server.issuer, client)
  const able = code.snippets.filter(
    ({ id }) => !(id === 'authlib' && python === undefined) && !(id === 'curl' && !has('curl')),
  )
  const believed = { NODE_EXTRA_CA_CERTS: tls_cert, CURL_CA_BUNDLE: tls_cert, REQUESTS_CA_BUNDLE: tls_cert }
  for (const snippet of able) {
    const running = run(snippet, code, believed)
    try {
      expect(await running.ended(), snippet.id).toMatch(/access[ _]token/)
    } finally {
      await running.stop()
    }
  }
})
