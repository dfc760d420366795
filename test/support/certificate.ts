import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a certificate and its key were written. */
export interface Certificate {
  readonly tls_cert: string
  readonly tls_key: string
  readonly pem: string
}

/** A self-signed certificate for 127.0.0.1 and these host names, valid from and to so many days from now, made without any tool (RFC 5280 §4.1). */
export function writeCertificate(
  directory: string,
  [from, to]: readonly [from: number, to: number] = [-1, 1],
  hosts: readonly string[] = [],
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid('550403'), utf8('127.0.0.1'))))
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const day = 24 * 60 * 60 * 1000
  const signed = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(Date.now() + from * day), utcTime(Date.now() + to * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    // subjectAltName: iPAddress 127.0.0.1, dNSName; basicConstraints: it is its own authority.
    context(
      3,
      sequence(
        extension(
          '551d11',
          sequence(tlv(0x87, Buffer.from([127, 0, 0, 1])), ...hosts.map(host => tlv(0x82, Buffer.from(host)))),
        ),
        authority,
      ),
    ),
  )
  const certificate = sequence(signed, algorithm, bitString(sign('sha256', signed, privateKey)))
  const lines = certificate.toString('base64').replace(/(.{64})/g, '$1\n')
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
  const files = { tls_cert: join(directory, 'cert.pem'), tls_key: join(directory, 'key.pem') }
  writeFileSync(files.tls_cert, pem)
  writeFileSync(files.tls_key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { ...files, pem }
}

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...contents: readonly Buffer[]): Buffer => tlv(0x30, ...contents)
const set = (...contents: readonly Buffer[]): Buffer => tlv(0x31, ...contents)
const context = (number: number, content: Buffer): Buffer => tlv(0xa0 + number, content)
const integer = (bytes: Buffer): Buffer => tlv(2, bytes)
const oid = (hex: string): Buffer => tlv(6, Buffer.from(hex, 'hex'))
const utf8 = (text: string): Buffer => tlv(12, Buffer.from(text))
const bitString = (bytes: Buffer): Buffer => tlv(3, Buffer.from([0]), bytes)
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tlv(4, value))
const utcTime = (time: number): Buffer =>
  tlv(0x17, Buffer.from(`${new Date(time).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`))

const authority = extension('551d13', sequence(tlv(1, Buffer.from([0xff]))))
