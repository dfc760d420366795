import { describe, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { expectRefusal, place, useInstalled } from './support.ts'

const installed = useInstalled()
describe('an installed server keeps its issuer', () => {
  test.each([
    ['another host', () => 'https://id.example.com'],
    ['a slash at the end', () => `${installed.issuer}/`],
    ['a path', () => `${installed.issuer}/auth`],
  ])('%s', async (_, issuer) => {
    await expectRefusal(
      place(installed),
      [...installed.args, '--issuer', issuer()],
      [
        new RegExp(`belongs to the issuer ${installed.issuer}, and the configuration says ${issuer()}\\.`),
        new RegExp(`Start with --issuer ${installed.issuer}, or use another --data-dir`),
      ],
    )
  })

  test('another port, which is the issuer where none is said', async () => {
    await expectRefusal(place(installed), ['--port', '0'], [/belongs to the issuer .*Start with --issuer/])
  })
})

describe('an issuer that would be unsafe', () => {
  test('http beyond the loopback', async () => {
    const args = ['--issuer', 'http://id.example.com']
    await expectRefusal(place(), args, [/^--issuer: expected https: .*--tls-cert.*or in a proxy/])
  })

  test('none, where other machines reach it', async () => {
    await expectRefusal(place(), ['--host', '0.0.0.0'], [/^--host: expected an issuer with it.*Set --issuer/])
  })

  test('the demo data, without --dev', async () => {
    const where = place()
    const running = await start(['--dev', '--port', '0'], { cwd: where.cwd })
    expect(await running.stop()).toBe(0)
    await expectRefusal(
      where,
      ['--port', new URL(running.issuer).port],
      [/holds the demo data of --dev/, /Start with --dev; or use another --data-dir/],
    )
  })
})
