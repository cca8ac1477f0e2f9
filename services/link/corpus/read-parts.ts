import type { CorpusPart } from './corpus-document.ts'

/** The parts of a multipart body, read by its boundary alone (RFC 2046, section 5.1.1). Bytes are base64. */
export const readParts = (contentType: string, body: Buffer): (CorpusPart & { base64: string })[] => {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1]
  if (boundary === undefined) throw new Error(`No boundary in ${contentType}`)
  const text = body.toString('latin1')
  const pieces = text.split(`--${boundary}`)
  if (pieces.shift() !== '' || pieces.pop() !== '--\r\n')
    throw new Error('The body does not begin and end with its boundary.')
  return pieces.map((piece) => {
    const end = piece.indexOf('\r\n\r\n')
    const headers = Object.fromEntries(
      piece
        .slice(2, end)
        .split('\r\n')
        .map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
        .map(([name, value]) => [name.toLowerCase(), value]),
    )
    const disposition = headers['content-disposition'] ?? ''
    const { 'content-disposition': _, 'content-type': type, ...others } = headers
    const filename = /filename="([^"]*)"/.exec(disposition)?.[1]
    return {
      name: / name="([^"]*)"/.exec(disposition)?.[1] ?? '',
      ...(filename === undefined ? {} : { filename }),
      ...(type === undefined ? {} : { type }),
      ...(Object.keys(others).length > 0 ? { headers: others } : {}),
      base64: Buffer.from(piece.slice(end + 4, -2), 'latin1').toString('base64'),
    }
  })
}
