import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../src/main.ts')
const cwd = mkdtempSync(join(tmpdir(), 'grantwise-dev-start-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

function launch(...args: readonly string[]) {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, [main, 'start', ...args], { cwd, env: { PATH, HOME } })
}

/** Starts, and stops once everything was said of the start. */
async function started(args: readonly string[], visit: (banner: string) => Promise<void>): Promise<string> {
  const child = launch('--log-level', 'silent', ...args)
  const err = text(child.stderr)
  let out = ''
  for await (const chunk of child.stdout) {
    out += String(chunk)
    if (/Data .*\n(.|\n)*\n$/.test(out)) break
  }
  try {
    await visit(out)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return err
}

describe('grantwise start --dev', () => {
  let port = '0'

  test('says whom to sign in as and how to call the demo API, and what it says is so', async () => {
    await started(['--dev', '--port', '0'], async out => {
      port = /Issuer +http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1] ?? ''
      expect(out).toMatch(
        /Sign in as {2}demo-ada +password: analytical engine\n +demo-grace +password: nanosecond wire\n/,
      )
      expect(out).toContain(`Demo API    http://127.0.0.1:${port}/demo/api/v1\n`)
      expect(out).toContain('everybody knows these passwords')

      // The two commands of the banner, as curl and cut do them.
      const [, url = '', credentials = '', body] = /curl -s (\S+) -u (\S+) -d (\S+) \| cut -d'"' -f4\)/.exec(out) ?? []
      const authorization = `Basic ${btoa(credentials)}`
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await fetch(url, { method: 'POST', headers: { ...form, authorization }, body: body ?? '' })
      const [, , , token] = (await answer.text()).split('"')
      const [, albums = ''] = /curl -s (\S+) -H "Authorization: Bearer \$TOKEN"/.exec(out) ?? []
      const rows = await fetch(albums, { headers: { authorization: `Bearer ${token}` } })
      expect([rows.status, await rows.json()]).toMatchObject([200, { total: 42 }])
    })
  })

  test('the same directory without --dev: 2, a sentence, no stack', async () => {
    const child = launch('--port', port)
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(2)
    expect(err).toMatch(
      /^This data directory holds the demo data of --dev, .*Start with --dev; or use another --data-dir/,
    )
    expect(err).not.toMatch(/\n +at /)
  })

  test('says so when others can reach it', async () => {
    const issuer = `http://127.0.0.1:${port}`
    const args = ['--dev', '--host', '0.0.0.0', '--port', port, '--issuer', issuer]
    expect(await started(args, async () => {})).toMatch(/^warning: whoever reaches port \d+ .*--host is 0\.0\.0\.0\n$/)
  })

  test('and without it says nothing of a demo', async () => {
    await started(['--port', '0', '--data-dir', 'other'], async out => expect(out).not.toMatch(/demo/i))
  })
})
