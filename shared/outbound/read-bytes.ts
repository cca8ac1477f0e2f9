import { OutboundTooLargeError } from './errors.ts'

/** The body of a response, decompressed. Throws OutboundTooLargeError as soon as more than `bytesMax` came, and stops the transfer. */
export const readBytesAtMost = async (response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw cancels the body.
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > bytesMax) throw new OutboundTooLargeError(bytesMax)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
