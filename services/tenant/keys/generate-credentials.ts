import { randomBytes } from 'node:crypto'

const APP_ID_BYTES = 4
const API_KEY_BYTES = 16
const SECRET_LENGTH = 32
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Bytes from here on would make the first letters likelier than the last. */
const FAIR_BYTES = 256 - (256 % LETTERS_AND_DIGITS.length)

/** 8 hexadecimal digits, as clients know app ids. 32 bits collide sooner or later: whoever stores one tries again. */
export const generateAppId = (): string => randomBytes(APP_ID_BYTES).toString('hex')

/** 32 hexadecimal digits. */
export const generateApiKey = (): string => randomBytes(API_KEY_BYTES).toString('hex')

/** 32 letters and digits: 190 bits, and nothing that a shell or a header would need quoted. */
export const generateApiSecret = (): string => {
  let secret = ''
  while (secret.length < SECRET_LENGTH) {
    for (const byte of randomBytes(SECRET_LENGTH)) {
      if (byte < FAIR_BYTES && secret.length < SECRET_LENGTH)
        secret += LETTERS_AND_DIGITS[byte % LETTERS_AND_DIGITS.length]
    }
  }
  return secret
}
