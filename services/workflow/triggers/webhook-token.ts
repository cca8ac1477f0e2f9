import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32
const SIGNATURE_PREFIX = 'sha256='

/** 256 random bits, as they may stand in an address. */
export const newWebhookToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

/** What is kept of a token: it is found by this, and nobody learns it from the database. */
export const webhookTokenHash = (token: string): string => new Bun.CryptoHasher('sha256').update(token).digest('hex')

/** The value of `X-Hub-Signature-256` for a body (GitHub documentation, "Validating webhook deliveries"). */
export const signBody = (secret: string, body: Uint8Array): string =>
  `${SIGNATURE_PREFIX}${createHmac('sha256', secret).update(body).digest('hex')}`

/** True when the header is the body's signature; takes the same time for every wrong one of the right length. */
export const isSignedBy = (secret: string, body: Uint8Array, header: string | null): boolean => {
  const expected = Buffer.from(signBody(secret, body))
  const given = Buffer.from(header ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
