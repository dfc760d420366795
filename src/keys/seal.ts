import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Text that only this server can read or make, valid for one purpose and bound to one thing. */
export interface Sealer {
  seal(purpose: string, plaintext: string, boundTo: string): string
  /** The plaintext, or nothing when it was sealed with another secret, purpose or binding, or is no seal at all. */
  open(purpose: string, sealed: string, boundTo: string): string | undefined
}

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2); base64url of nonce, ciphertext and tag. */
export function createSealer(key: Buffer): Sealer {
  return {
    seal(purpose, plaintext, boundTo) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
      cipher.setAAD(associatedData(purpose, boundTo))
      return Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      )
    },

    open(purpose, sealed, boundTo) {
      const bytes = Buffer.from(sealed, 'base64url')
      // One seal, one spelling: what Buffer would forgive is no seal of ours.
      if (bytes.length < nonceLength + tagLength || bytes.toString('base64url') !== sealed) return undefined
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
      decipher.setAAD(associatedData(purpose, boundTo))
      decipher.setAuthTag(bytes.subarray(-tagLength))
      const plaintext = decipher.update(bytes.subarray(nonceLength, -tagLength))
      try {
        return Buffer.concat([plaintext, decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

/** The purpose's length goes first, so that no two pairs spell the same. */
function associatedData(purpose: string, boundTo: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(purpose)}\0${purpose}\0${boundTo}`, 'utf8')
}
