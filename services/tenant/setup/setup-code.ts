import { randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureKeyFile } from '#shared/lifecycle/key-file.ts'

/** Name of the file in the data directory; the start of Orrery looks for it, to print the code. */
export const SETUP_CODE_FILE = 'setup-code'

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
  const path = join(dataDirectory, SETUP_CODE_FILE)
  return {
    ensure: () => void ensureKeyFile(path, generate),
    matches(code) {
      if (!existsSync(path)) return false
      return timingSafeEqual(digest(plain(code)), digest(plain(readFileSync(path, 'utf8'))))
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
