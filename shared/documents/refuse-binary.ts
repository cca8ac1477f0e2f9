import { DocumentUnreadableError } from './errors.ts'
import type { ImageType } from './media-types.ts'

/** First bytes of a compound file ([MS-CFB] 2.2), which old office files are, and new ones that have a password. */
const OLE_START = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
/** Names of its streams stand in it as UTF-16. The first one holds a new office file that is encrypted ([MS-OFFCRYPTO] 2.3.4.4). */
const ENCRYPTED_STREAM = Buffer.from('EncryptedPackage', 'utf16le')

/** Throws DocumentUnreadableError for a compound file, with what it is. */
export const refuseOleFile = (bytes: Buffer): void => {
  if (!startsWith(bytes, OLE_START)) return
  throw new DocumentUnreadableError(bytes.includes(ENCRYPTED_STREAM) ? 'encrypted' : 'oldOffice')
}

const IMAGE_STARTS = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
] as const
/** TIFF and JPEG XL: nothing here opens them. */
const OTHER_IMAGE_STARTS = ['II*\0', 'MM\0*', '\0\0\0\x0cJXL ']
const FORM_NAME_AT = 8
/** A bitmap's file header, its reserved fields, which are 0, and the size of its second header, which is below 256. */
const BMP_START = /^BM.{4}\0{4}.{4}.\0\0\0/s
const OTHER_FORM = /^....ftyp(?:avif|heic|heix|mif1)$/s

/** What picture it is, by its first bytes; undefined when it is none. Throws DocumentUnreadableError for kinds that nothing here opens. */
export const detectImageType = (bytes: Buffer): ImageType | undefined => {
  const known = IMAGE_STARTS.find(([start]) => startsWith(bytes, start))
  if (known) return known[1]
  const head = bytes.toString('latin1', 0, FORM_NAME_AT + 4)
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp'
  if (BMP_START.test(bytes.toString('latin1', 0, 18))) return 'image/bmp'
  const isOther = OTHER_IMAGE_STARTS.some((start) => startsWith(bytes, start)) || OTHER_FORM.test(head)
  if (isOther) throw new DocumentUnreadableError('imageUnsupported')
  return undefined
}

const startsWith = (bytes: Buffer, start: string) => bytes.toString('latin1', 0, start.length) === start
