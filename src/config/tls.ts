import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** A file that can be read, and what people call the setting that names it. */
export interface NamedFile {
  readonly path: string
  readonly from: string
}

/** What is wrong with a certificate chain and its key, a line for each. */
export function tlsFaults(cert: NamedFile, key: NamedFile): readonly string[] {
  const certificate = readOr(() => new X509Certificate(readFileSync(cert.path)))
  const privateKey = readOr(() => createPrivateKey(readFileSync(key.path)))
  if (certificate === undefined || privateKey === undefined) {
    return [
      ...(certificate ? [] : [`${cert.from}: expected a certificate chain in PEM; got ${cert.path}, which holds none`]),
      ...(privateKey
        ? []
        : [`${key.from}: expected a private key in PEM, without a passphrase; got ${key.path}, which holds none`]),
    ]
  }
  if (!certificate.checkPrivateKey(privateKey))
    return [`${key.from}: expected the private key of the certificate in ${cert.path}; got another key in ${key.path}`]
  return unusable(cert, key)
}

/** OpenSSL refuses more than that: a key that is too short, a chain that cannot be read to its end. */
function unusable(cert: NamedFile, key: NamedFile): readonly string[] {
  try {
    createSecureContext({ cert: readFileSync(cert.path), key: readFileSync(key.path) })
    return []
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    return [`${cert.from}: expected a certificate chain that TLS takes; got ${cert.path}, refused for ${code}`]
  }
}

/** What whoever starts the server should know of a certificate: that no browser takes it at this time. */
export function tlsWarning(path: string, now: Date): string | undefined {
  const { validFromDate, validToDate } = new X509Certificate(readFileSync(path))
  if (validToDate < now)
    return `the certificate in ${path} has expired on ${date(validToDate)}; renew it, and start again`
  if (validFromDate > now) return `the certificate in ${path} is valid only from ${date(validFromDate)} on`
  return undefined
}

function date(when: Date): string {
  return when.toISOString().slice(0, 10)
}

function readOr<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
