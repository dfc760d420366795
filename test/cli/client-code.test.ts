import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { secret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

const code = (...args: readonly string[]) =>
  run(['client', 'code', '--data-dir', server.data_dir, ...args], { cwd: tmpdir() })

test('every file that fits, under its name, filled in but for the secret', async () => {
  const shown = await code('web')
  expect([shown.code, shown.err]).toEqual([0, ''])
  expect(shown.out.match(/^## .*$/gm)).toEqual([
    '## .env',
    '## app.mts (openid-client)',
    '## app.mts (oauth4webapi)',
    '## app.mts (express-openid-connect)',
    '## app.py (Authlib)',
    '## sign-in.sh (curl)',
  ])
  expect(shown.out).toContain(`ISSUER=${server.issuer}\nCLIENT_ID=web\nCLIENT_SECRET=the-secret-that-was-shown-once\n`)
  expect(shown.out).toContain("const redirect_uri = 'http://127.0.0.1:5001/callback'")
  expect(shown.out).not.toContain(secret)
})

test('one stack of it, as JSON', async () => {
  const { out } = await code('job', '--stack', 'curl', '--json')
  expect(JSON.parse(out)).toEqual({
    client_id: 'job',
    env: expect.stringContaining('CLIENT_ID=job'),
    snippets: [
      {
        id: 'curl',
        name: 'curl',
        language: 'Shell',
        file: 'token.sh',
        run: 'sh token.sh',
        text: `. ./.env\ncurl -sS ${server.issuer}/token \\\n  -u "job:$CLIENT_SECRET" \\\n  -d grant_type=client_credentials\n`,
      },
    ],
    remarks: [],
  })
})

test('a client that there is not, and a stack that does not fit', async () => {
  expect(await code('nobody')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('no client has this client_id'),
  })
  expect(await code('job', '--stack', 'oidc-client-ts')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('expected one that fits this client, openid-client, oauth4webapi, authlib, curl'),
  })
})

test('why there is no code', async () => {
  const { code: status, out, err } = await code('api-server')
  expect([status, out, err]).toEqual([0, '', 'It has no API yet, and without one there is no token for it.\n'])
})
