/** Below this a buffer costs nothing that is worth an extra step. More than any head that is kept as it came: see head-memo.ts. */
const BYTES_MIN = 16_384

/**
 * Gives the memory of bytes that came from a socket back at once, not at the next collection: so the next read finds the same memory, which the
 * processor still has near, instead of new pages. To be called when nobody needs the bytes or a view of them any more; they are empty afterwards.
 */
export const releaseBytes = (bytes: Buffer): void => {
  if (bytes.length < BYTES_MIN) return
  const memory = bytes.buffer
  if (memory instanceof ArrayBuffer && memory.byteLength === bytes.length) memory.transfer(0)
}
