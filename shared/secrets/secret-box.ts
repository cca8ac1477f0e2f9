import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts what must be read again (model keys, tool credentials) and fingerprints what must only be compared (API secrets). */
export interface SecretBox {
  /** AES-256-GCM, base64 of iv, tag and ciphertext. */
  encrypt(plain: string): string
  /** Throws when the text was made with another key or was changed. */
  decrypt(sealed: string): string
  /** HMAC-SHA-256 in hexadecimal: the same for the same text, useless without the instance's key. */
  fingerprint(plain: string): string
}

/** @param instanceKey 64 hexadecimal digits */
export const createSecretBox = (instanceKey: string): SecretBox => {
  const key = Buffer.from(instanceKey, 'hex')
  return {
    encrypt(plain) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
    fingerprint: (plain) => createHmac('sha256', key).update(plain).digest('hex'),
  }
}
