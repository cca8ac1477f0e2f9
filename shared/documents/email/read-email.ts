import PostalMime, { type Address, type Email } from 'postal-mime'
import { DocumentUnreadableError } from '../errors.ts'
import { htmlBlocks } from '../html-blocks.ts'
import type { Block, TextWriter } from '../text-writer.ts'

/** Messages nest parts 3 to 8 deep. */
const PARTS_DEPTH_MAX = 50
const HEADER_BYTES_MAX = 2_000_000
/** Messages within messages whose text is read. */
const MESSAGES_DEPTH_MAX = 5
const ENCRYPTED_TYPES: ReadonlySet<string> = new Set([
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
  'application/pgp-encrypted',
])

/**
 * Reads an e-mail (RFC 5322, RFC 2045): its subject as a heading, who wrote when to whom, its text (of a message that is HTML alone, what a reader
 * sees), and the names of what is attached to it.
 */
export const readEmail = async (bytes: Uint8Array, writer: TextWriter): Promise<void> => {
  const email = await PostalMime.parse(bytes, {
    maxNestingDepth: PARTS_DEPTH_MAX,
    maxHeadersSize: HEADER_BYTES_MAX,
    maxRfc822NestingDepth: MESSAGES_DEPTH_MAX,
  })
  const body = await readBody(email)
  if (body.length === 0 && email.attachments.some(isEncrypted)) throw new DocumentUnreadableError('encrypted')
  writer.write({ text: (email.subject ?? '').trim(), level: 1 })
  for (const [index, text] of headerLines(email).entries()) writer.write({ text, tight: index > 0 })
  for (const block of body) writer.write(block)
  const names = email.attachments.flatMap(({ filename, related }) => (filename && !related ? [filename] : []))
  if (names.length > 0) writer.write({ text: `Attachments: ${names.join(', ')}` })
}

const isEncrypted = ({ mimeType, filename }: Email['attachments'][number]): boolean =>
  ENCRYPTED_TYPES.has(mimeType) && filename !== 'smime.p7s'

const headerLines = ({ from, to, cc, date }: Email): string[] =>
  [
    ['From', from ? showAddresses([from]) : ''],
    ['To', showAddresses(to ?? [])],
    ['Cc', showAddresses(cc ?? [])],
    ['Date', date ?? ''],
  ].flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))

const showAddresses = (addresses: readonly Address[]): string =>
  addresses
    .map(({ name, address, group }) => {
      if (group) return `${name}: ${showAddresses(group)}`
      return name && address ? `${name} <${address}>` : address || name
    })
    .join(', ')

const readBody = async ({ text, html }: Email): Promise<Block[]> => {
  if (text?.trim()) return [{ text: text.replaceAll(/\r\n?/g, '\n').trim() }]
  return html ? htmlBlocks(html) : []
}
