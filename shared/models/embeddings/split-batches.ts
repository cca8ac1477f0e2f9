/** Of one request, in UTF-8: providers limit the tokens of a request beside the number of its texts. */
const BATCH_BYTES_MAX = 256 * 1024

/** Texts in order, cut into parts that one request may hold. A text that is too long for that is a part of its own. */
export const splitBatches = (texts: readonly string[], batchMax: number): string[][] => {
  const batches: string[][] = []
  let batch: string[] = []
  let bytes = 0
  for (const text of texts) {
    const size = Buffer.byteLength(text)
    if (batch.length >= batchMax || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(text)
    bytes += size
  }
  return batch.length > 0 ? [...batches, batch] : batches
}
