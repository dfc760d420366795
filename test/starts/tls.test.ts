import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeCertificate } from '../support/certificate.ts'
import { start } from '../support/program.ts'
import { expectRefusal, nobody, notRoot, place } from './support.ts'

const args = ['--port', '0', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem']

/** A place with a certificate and its key. */
function certified(days?: readonly [from: number, to: number]) {
  const where = place()
  writeCertificate(where.cwd, days)
  return where
}

describe('a certificate that cannot serve makes no data directory', () => {
  test('it is not there', async () => {
    await expectRefusal(place(), args, [
      /^--tls-cert: expected a file that this process can read; got "cert\.pem"/,
      /^--tls-key: expected a file that this process can read; got "key\.pem"/m,
    ])
  })

  test('it comes without its key', async () => {
    await expectRefusal(certified(), ['--tls-cert', 'cert.pem'], [/^--tls-cert: expected --tls-key with it/])
  })

  test.skipIf(notRoot !== undefined)('its key may not be read (needs root to play another user)', async () => {
    const where = certified()
    chmodSync(where.cwd, 0o777)
    chmodSync(join(where.cwd, 'key.pem'), 0o600)
    await expectRefusal(where, args, [/^--tls-key: expected a file that this process can read/], { uid: nobody })
  })

  test('it is no certificate', async () => {
    const where = certified()
    where.write('cert.pem', 'Dear Alice, this is no certificate.')
    await expectRefusal(where, args, [
      /^--tls-cert: expected a certificate chain in PEM; got .*\/cert\.pem, which holds none/,
    ])
  })

  test('certificate and key are mixed up', async () => {
    const where = certified()
    const [cert, key, aside] = ['cert.pem', 'key.pem', 'aside.pem'].map(name => join(where.cwd, name)) as [
      string,
      string,
      string,
    ]
    renameSync(cert, aside)
    renameSync(key, cert)
    renameSync(aside, key)
    await expectRefusal(where, args, [
      /^--tls-cert: expected a certificate chain/,
      /^--tls-key: expected a private key/m,
    ])
  })

  test('the key is of another', async () => {
    const where = certified()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(join(where.cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await expectRefusal(where, args, [/^--tls-key: expected the private key of the certificate in .*; got another key/])
  })
})

test('with one, it says that it listens by https', async () => {
  const { cwd } = certified()
  const running = await start([...args, '--issuer', 'https://id.example.com'], { cwd })
  expect(await running.stop()).toBe(0)
  expect(running.output()).toMatch(/^ {2}Listens on {2}https:\/\/127\.0\.0\.1:\d+$/m)
})

test.each([
  ['has expired', [-9, -2], /warning: the certificate in .* has expired on \d{4}-\d\d-\d\d; renew it, and start again/],
  ['is not valid yet', [2, 9], /warning: the certificate in .* is valid only from \d{4}-\d\d-\d\d on/],
] as const)('one that %s is warned of', async (_, days, words) => {
  const { cwd } = certified(days)
  const running = await start(args, { cwd })
  expect(await running.stop()).toBe(0)
  expect(running.output()).toMatch(words)
})
