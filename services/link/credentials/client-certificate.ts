import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { ClientCertificateExpiredError, ClientCertificateInvalidError } from './errors.ts'
import type { Secret } from './secret.ts'

export type ClientCertificate = Extract<Secret, { kind: 'client-certificate' }>

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g
/** Of one chain, or one set of authorities. */
const CERTIFICATES_MAX = 32

/**
 * Checks what a client certificate is stored with: everything can be read, the key is that of the first certificate, and it has not ended. Pure.
 * @returns when the certificate ends
 * @throws ClientCertificateInvalidError, ClientCertificateExpiredError
 */
export const checkClientCertificate = ({ certificate, key, ca }: ClientCertificate, nowMs: number): Date => {
  const [leaf] = readCertificates('certificate', certificate)
  if (!leaf) throw new ClientCertificateInvalidError('certificate', 'there is none in it')
  if (ca !== undefined) readCertificates('ca', ca)
  if (!leaf.checkPrivateKey(readKey(key))) {
    throw new ClientCertificateInvalidError('key', 'it is not the key of the first certificate')
  }
  const expiresAt = new Date(leaf.validTo)
  requireNotExpired(expiresAt, nowMs)
  return expiresAt
}

/** @throws ClientCertificateExpiredError */
export const requireNotExpired = (expiresAt: Date | null, nowMs: number): void => {
  if (expiresAt && expiresAt.getTime() <= nowMs) throw new ClientCertificateExpiredError(expiresAt)
}

const readCertificates = (field: 'certificate' | 'ca', text: string): X509Certificate[] => {
  const blocks = text.match(BLOCK) ?? []
  if (blocks.length === 0) throw new ClientCertificateInvalidError(field, 'there is no PEM certificate in it')
  if (blocks.length > CERTIFICATES_MAX)
    throw new ClientCertificateInvalidError(field, `it holds more than ${CERTIFICATES_MAX} certificates`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new ClientCertificateInvalidError(field, `certificate ${index + 1} in it cannot be read`)
    }
  })
}

const readKey = (text: string): KeyObject => {
  try {
    return createPrivateKey(text)
  } catch (error) {
    const isLocked = (error as { code?: unknown }).code === 'ERR_MISSING_PASSPHRASE'
    throw new ClientCertificateInvalidError(
      'key',
      isLocked ? 'it is locked by a passphrase: give it without one' : 'it is no PEM private key',
    )
  }
}
