import { randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** 256 random bits in base64url: fit for a cookie or a link. */
export const generateToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

/** What is stored of a token. It is random, so a plain hash cannot be searched for it. */
export const hashToken = (token: string): string => new Bun.CryptoHasher('sha256').update(token).digest('hex')
