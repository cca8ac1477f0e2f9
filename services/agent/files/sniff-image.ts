export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'

/** What a picture is by its first bytes; undefined for what is none that models take. The name and the sender's word count for nothing. Pure. */
export const sniffImage = (bytes: Uint8Array): ImageType | undefined => {
  const startsWith = (text: string, at = 0): boolean =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .subarray(at, at + text.length)
      .toString('latin1') === text
  if (startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (startsWith('GIF87a') || startsWith('GIF89a')) return 'image/gif'
  if (startsWith('RIFF') && startsWith('WEBP', 8)) return 'image/webp'
  return undefined
}
