import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const units = join(root, 'packaging/systemd')

/** A tool of this machine, if it has it. */
function at(tool: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter)
  return places.map(place => join(place, tool)).find(existsSync)
}

function lint(tool: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(tool, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { status, said: `${stdout}${stderr}`.trim() }
}

/** The units, with the Node that runs this where they say /usr/bin/node, which need not be here. */
function copyUnits(): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-units-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const names = readdirSync(units).filter(name => /\.(service|timer)$/.test(name))
  for (const name of names) {
    const text = readFileSync(join(units, name), 'utf8').replaceAll('/usr/bin/node', process.execPath)
    writeFileSync(join(directory, name), text)
  }
  return names.map(name => join(directory, name))
}

describe('what is packaged passes its linters (each skipped where it is not installed)', () => {
  test.skipIf(!at('hadolint'))('hadolint: the Dockerfile', () => {
    expect(lint('hadolint', ['Dockerfile'])).toEqual({ status: 0, said: '' })
  })

  test.skipIf(lint('docker', ['compose', 'version']).status !== 0)('docker compose: the compose file', () => {
    const issuer = { GRANTWISE_ISSUER: 'https://id.example.com' }
    expect(lint('docker', ['compose', '--file', 'packaging/docker/compose.yaml', 'config', '--quiet'], issuer)).toEqual(
      {
        status: 0,
        said: '',
      },
    )
  })

  test.skipIf(!at('systemd-analyze'))('systemd-analyze verify: every unit', () => {
    expect(lint('systemd-analyze', ['verify', '--man=no', ...copyUnits()])).toEqual({ status: 0, said: '' })
  })

  test.skipIf(!at('systemd-analyze'))('systemd-analyze security: every service is exposed to 1.5 of 10 at most', () => {
    const services = copyUnits().filter(unit => unit.endsWith('.service'))
    for (const service of services) {
      const { status, said } = lint('systemd-analyze', [
        'security',
        '--offline=true',
        '--no-pager',
        '--threshold=15',
        service,
      ])
      expect(status, said).toBe(0)
    }
  })

  test.skipIf(!at('gixy'))('gixy: the nginx example, whose HSTS comes from Grantwise', () => {
    const { status, said } = lint('gixy', ['--skips', 'hsts_header', 'packaging/nginx/grantwise.conf'])
    expect([status, said]).toEqual([0, expect.stringContaining('No issues found')])
  })
})
