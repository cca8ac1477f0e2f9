import { addPages, createPdfFile } from './pdf-file.ts'

/** A compound file, as far as a look at it goes: its first bytes, and the name of a stream. */
export const oleFile = (stream: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(1016),
      Buffer.from(stream, 'utf16le'),
      Buffer.alloc(512),
    ]),
  )

/** A PDF of so many pages, all with the same words. */
export const makePdf = (pages: number, words: string): Uint8Array<ArrayBuffer> => {
  const stream = `BT /F1 12 Tf 72 700 Td (${words}) Tj ET`
  const kids = Array.from({ length: pages }, (_, index) => `${index + 5} 0 R`).join(' ')
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages}/Kids[${kids}]>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    ...Array.from({ length: pages }, () => page),
  ]
  const offsets: number[] = []
  const parts = ['%PDF-1.4\n']
  let length = parts[0]?.length ?? 0
  for (const [index, object] of objects.entries()) {
    const text = `${index + 1} 0 obj${object}endobj\n`
    offsets.push(length)
    parts.push(text)
    length += text.length
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`)
  parts.push(`trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`)
  return new Uint8Array(Buffer.from(parts.join(''), 'latin1'))
}

/** A PDF that opens with a password only (ISO 32000-1, 7.6.3). */
export const encryptedPdf = (): Uint8Array<ArrayBuffer> => {
  const file = createPdfFile()
  const root = addPages(file, [''])
  const key = 'a7'.repeat(32)
  const rules = file.add(`<</Filter/Standard/V 1/R 2/O<${key}>/U<${key}>/P -4>>`)
  return file.finish(root, `/Encrypt ${rules} 0 R/ID[<00><00>]`)
}

/** A PDF whose page is a small stream that expands to so many megabytes. */
export const expandingPdf = (megabytes: number): Uint8Array<ArrayBuffer> => {
  const file = createPdfFile()
  const content = file.addStream(new Uint8Array(megabytes * 1_000_000).fill(0x20), { deflate: true })
  return file.finish(addPages(file, [`/Contents ${content} 0 R`]))
}

/** A PDF whose tree of pages leads back to itself. */
export const circularPdf = (): Uint8Array<ArrayBuffer> => {
  const file = createPdfFile()
  const tree = file.reserve()
  file.place(tree, `<</Type/Pages/Count 3/Kids[${tree} 0 R ${tree} 0 R ${tree} 0 R]>>`)
  return file.finish(file.add(`<</Type/Catalog/Pages ${tree} 0 R>>`))
}

/** A picture whose first lines claim a size, and that has nothing to show for it. */
export const hugePng = (side: number): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.alloc(57)
  bytes.write('89504e470d0a1a0a0000000d49484452', 0, 'hex')
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  bytes.write('0806000000', 24, 'hex')
  bytes.writeUInt32BE(Bun.hash.crc32(bytes.subarray(12, 29)), 29)
  bytes.write('0000000c49444154', 33, 'hex')
  return new Uint8Array(bytes)
}
