/** Pixels as the PDF parser gives them. Rows from the top; those of kind 1 end at a byte. */
export interface Bitmap {
  width: number
  height: number
  /** 1: one bit, 0 is black; 2: red, green, blue; 3: the same with opacity (PDF.js, `ImageKind`). */
  kind: 1 | 2 | 3
  data: Uint8Array | Uint8ClampedArray
}

const FILE_HEADER_BYTES = 14
const INFO_HEADER_BYTES = 40
const HEADER_BYTES = FILE_HEADER_BYTES + INFO_HEADER_BYTES
const ROW_MULTIPLE = 4

/**
 * The picture as a BMP of 24 bits ([MS-WMF] 2.2.2.9, rows from the top by a negative height): a container without compression for those that open
 * files only. What is missing at the end is black.
 */
export const encodeBmp = ({ width, height, kind, data }: Bitmap): Uint8Array => {
  const rowBytes = Math.ceil((width * 3) / ROW_MULTIPLE) * ROW_MULTIPLE
  const bytes = new Uint8Array(HEADER_BYTES + rowBytes * height)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x424d)
  view.setUint32(2, bytes.byteLength, true)
  view.setUint32(10, HEADER_BYTES, true)
  view.setUint32(14, INFO_HEADER_BYTES, true)
  view.setInt32(18, width, true)
  view.setInt32(22, -height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
  view.setUint32(34, rowBytes * height, true)
  if (kind === 1) paintBits(bytes, { width, height, rowBytes, data })
  else paintColours(bytes, { width, height, rowBytes, data, step: kind === 2 ? 3 : 4 })
  return bytes
}

interface Painting {
  width: number
  height: number
  rowBytes: number
  data: Uint8Array | Uint8ClampedArray
}

const paintBits = (bytes: Uint8Array, { width, height, rowBytes, data }: Painting) => {
  const sourceRow = Math.ceil(width / 8)
  for (let y = 0; y < height; y++) {
    let at = HEADER_BYTES + y * rowBytes
    for (let x = 0; x < width; x++, at += 3) {
      const isWhite = ((data[y * sourceRow + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      if (isWhite) bytes[at] = bytes[at + 1] = bytes[at + 2] = 255
    }
  }
}

const paintColours = (bytes: Uint8Array, { width, height, rowBytes, data, step }: Painting & { step: 3 | 4 }) => {
  for (let y = 0; y < height; y++) {
    let at = HEADER_BYTES + y * rowBytes
    let from = y * width * step
    for (let x = 0; x < width; x++, at += 3, from += step) {
      bytes[at] = data[from + 2] ?? 0
      bytes[at + 1] = data[from + 1] ?? 0
      bytes[at + 2] = data[from] ?? 0
    }
  }
}
