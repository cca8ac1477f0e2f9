/** The end of an archive's directory and its records (APPNOTE.TXT 4.3.12 and 4.3.16). */
const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const END_OFFSET_AT = 16
const COMMENT_BYTES_MAX = 65_535
const RECORD_SIGNATURE = 0x02014b50
const RECORD_BYTES = 46
const FLAGS_AT = 8
const LENGTHS_AT = 28
/** Bit 0 of an entry's flags (4.4.4). */
const IS_ENCRYPTED = 1

/** Whether a password protects an entry of a ZIP archive, as its directory says. False for a directory that cannot be followed. */
export const hasEncryptedEntry = (bytes: Uint8Array): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = startOfDirectory(view)
  while (at >= 0 && at + RECORD_BYTES <= view.byteLength && view.getUint32(at, true) === RECORD_SIGNATURE) {
    if (view.getUint16(at + FLAGS_AT, true) & IS_ENCRYPTED) return true
    const [name, extra, comment] = [0, 2, 4].map((offset) => view.getUint16(at + LENGTHS_AT + offset, true))
    at += RECORD_BYTES + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return false
}

/** -1 without one. */
const startOfDirectory = (view: DataView): number => {
  const lowest = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX)
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return view.getUint32(at + END_OFFSET_AT, true)
  }
  return -1
}
