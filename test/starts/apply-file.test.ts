import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { secret } from '../support/world.ts'
import { expectRefusal, nobody, notRoot, place, useInstalled } from './support.ts'

const installed = useInstalled()
const client = (more: object) => ({
  client_id: 'app',
  client_secret: secret,
  grant_types: ['client_credentials'],
  scope: 'read',
  grantwise: { runs_on: 'server', acts_for: ['self'], audiences: ['https://api.example.com'] },
  ...more,
})

const bad: readonly (readonly [what: string, name: string, text: string, words: RegExp])[] = [
  [
    'is YAML with a mistake',
    'bad.yaml',
    'clients:\n  - client_id: app\n   client_name: x\n',
    /^bad\.yaml: expected valid YAML; got .* at line \d+, column \d+/,
  ],
  [
    'is JSON with a mistake',
    'bad.json',
    '{\n  "clients": [\n    {"client_id" "app"}\n  ]\n}',
    /^bad\.json: expected valid JSON; got .* at line 3, column \d+/,
  ],
  ['names a member that there is not', 'x.yaml', 'clientz: []\n', /^x\.yaml: clientz: expected .*clients/],
  [
    'names an API that nobody registered',
    'x.json',
    JSON.stringify({
      clients: [
        client({ grantwise: { runs_on: 'server', acts_for: ['self'], audiences: ['https://nobody.example.com'] } }),
      ],
    }),
    /^x\.json: clients\[0\]\.grantwise\.audiences\[0\]: expected .*; got "https:\/\/nobody\.example\.com"/,
  ],
  [
    'asks for a grant that its client may not have',
    'x.json',
    JSON.stringify({
      clients: [client({ grant_types: ['authorization_code'], redirect_uris: ['https://app.example.com/cb'] })],
    }),
    /^x\.json: clients\[0\]\.grant_types/,
  ],
]

describe('an apply file that cannot be applied', () => {
  test.each(bad)('%s: no data directory is made for it', async (_, name, text, words) => {
    const where = place()
    await expectRefusal(where, ['--port', '0', '--apply', where.write(name, text)], [words])
  })

  test.each(bad)('%s: nothing is changed in the one there is', async (_, name, text, words) => {
    const where = place(installed)
    await expectRefusal(where, [...installed.args, '--apply', where.write(name, text)], [words])
  })

  test('is not there', async () => {
    const words = /^nowhere\.yaml: expected an apply file that can be read; got ENOENT/
    await expectRefusal(place(), ['--port', '0', '--apply', 'nowhere.yaml'], [words])
  })

  test.skipIf(notRoot !== undefined)('may not be read (needs root to play another user)', async () => {
    const where = place()
    chmodSync(where.cwd, 0o777)
    chmodSync(join(where.cwd, where.write('own.yaml', 'clients: []\n')), 0o600)
    const words = /^own\.yaml: expected an apply file that can be read; got EACCES/
    await expectRefusal(where, ['--port', '0', '--apply', 'own.yaml'], [words], { uid: nobody })
  })
})
