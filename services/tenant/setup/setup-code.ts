import { randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync } from 'node:fs'
import { ensureKeyFile } from '#shared/lifecycle/key-file.ts'
import { readSetupCode, setupCodePath } from '#shared/lifecycle/setup-code-file.ts'

/** The secret by which the first administrator is made, while there is none. */
export interface SetupCode {
  /** Makes it if it is not there. The file is for the owner of the process alone (0600). */
  ensure(): void
  /** Dashes, spaces and case make no difference. */
  matches(code: string): boolean
  /** It has served. */
  remove(): void
}

/** Letters and digits that nobody confuses, 32 of them: each byte's low five bits are fair. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 20
const GROUP = 5

export const createSetupCode = (dataDirectory: string): SetupCode => {
  const path = setupCodePath(dataDirectory)
  return {
    ensure: () => void ensureKeyFile(path, generate),
    matches(code) {
      const right = readSetupCode(dataDirectory)
      return right !== undefined && timingSafeEqual(digest(plain(code)), digest(plain(right)))
    },
    remove: () => rmSync(path, { force: true }),
  }
}

const generate = (): string =>
  [...randomBytes(LENGTH)]
    .map((byte, at) => `${at > 0 && at % GROUP === 0 ? '-' : ''}${ALPHABET[byte % ALPHABET.length]}`)
    .join('')

const plain = (code: string): string => code.replaceAll(/[\s-]/g, '').toUpperCase()

const digest = (text: string): Buffer => new Bun.CryptoHasher('sha256').update(text).digest()
