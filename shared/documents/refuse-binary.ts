import { DocumentUnreadableError } from './errors.ts'

/** First bytes of a compound file ([MS-CFB] 2.2), which old office files are, and new ones that have a password. */
const OLE_START = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
/** Names of its streams stand in it as UTF-16. The first one holds a new office file that is encrypted ([MS-OFFCRYPTO] 2.3.4.4). */
const ENCRYPTED_STREAM = Buffer.from('EncryptedPackage', 'utf16le')

/** Throws DocumentUnreadableError for a compound file, with what it is. */
export const refuseOleFile = (bytes: Buffer): void => {
  if (!startsWith(bytes, OLE_START)) return
  throw new DocumentUnreadableError(bytes.includes(ENCRYPTED_STREAM) ? 'encrypted' : 'oldOffice')
}

const IMAGE_STARTS = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*', '\0\0\0\x0cJXL ']
const FORM_NAME_AT = 8

/** PNG, JPEG, GIF, TIFF, JPEG XL, WebP, AVIF and HEIC. */
export const hasImageHeader = (bytes: Buffer): boolean => {
  if (IMAGE_STARTS.some((start) => startsWith(bytes, start))) return true
  const form = bytes.toString('latin1', 0, FORM_NAME_AT + 4)
  return (form.startsWith('RIFF') && form.endsWith('WEBP')) || /^....ftyp(?:avif|heic|heix|mif1)$/s.test(form)
}

const startsWith = (bytes: Buffer, start: string) => bytes.toString('latin1', 0, start.length) === start
