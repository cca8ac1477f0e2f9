import { deflateSync } from 'node:zlib'

/** Puts a PDF together, object by object (ISO 32000-1, 7.5). Objects are numbered from 1 in the order in which they are added or reserved. */
export const createPdfFile = () => {
  const bodies: (Uint8Array | undefined)[] = []
  const place = (number: number, body: string | Uint8Array) => {
    bodies[number - 1] = typeof body === 'string' ? latin1(body) : body
    return number
  }
  const reserve = () => bodies.push(undefined)
  return {
    /** A number for an object whose body comes later. */
    reserve,
    place,
    /** Adds an object and returns its number. */
    add: (body: string | Uint8Array): number => place(reserve(), body),
    /** Adds a stream; its dictionary gets its length, and a filter when it is to be compressed. */
    addStream(content: string | Uint8Array, options: { dictionary?: string; deflate?: boolean } = {}): number {
      const given = typeof content === 'string' ? latin1(content) : content
      const bytes = options.deflate ? deflateSync(given) : given
      const filter = options.deflate ? '/Filter/FlateDecode' : ''
      const head = `<<${options.dictionary ?? ''}${filter}/Length ${bytes.byteLength}>>stream\n`
      return place(reserve(), Buffer.concat([latin1(head), bytes, latin1('\nendstream')]))
    },
    /** The file, with its table of objects. `trailer` is what the trailer says beside the root. */
    finish(root: number, trailer = ''): Uint8Array<ArrayBuffer> {
      const parts: Uint8Array[] = [latin1('%PDF-1.5\n')]
      const offsets: number[] = []
      let length = parts[0]?.byteLength ?? 0
      for (const [index, body] of bodies.entries()) {
        const part = Buffer.concat([latin1(`${index + 1} 0 obj\n`), body ?? latin1('null'), latin1('\nendobj\n')])
        offsets.push(length)
        parts.push(part)
        length += part.byteLength
      }
      const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
      const size = bodies.length + 1
      parts.push(latin1(`xref\n0 ${size}\n0000000000 65535 f \n${table}`))
      parts.push(latin1(`trailer<</Size ${size}/Root ${root} 0 R${trailer}>>\nstartxref\n${length}\n%%EOF\n`))
      return new Uint8Array(Buffer.concat(parts))
    },
  }
}
export type PdfFile = ReturnType<typeof createPdfFile>

/**
 * Page tree and catalog for these pages, given by what their dictionary says beside type and parent; undefined makes a page that is none. Returns the
 * catalog's number.
 */
export const addPages = (file: PdfFile, pages: readonly (string | undefined)[]): number => {
  const parent = file.reserve()
  const kids = pages.map((page) => file.add(page === undefined ? addHollow(file, parent) : addPage(parent, page)))
  file.place(parent, `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((number) => `${number} 0 R`).join(' ')}]>>`)
  return file.add(`<</Type/Catalog/Pages ${parent} 0 R>>`)
}

const addPage = (parent: number, page: string) => `<</Type/Page/Parent ${parent} 0 R/MediaBox[0 0 612 792]${page}>>`

/** A branch of the tree that says to have one page, and has a number in its place. */
const addHollow = (file: PdfFile, parent: number) =>
  `<</Type/Pages/Parent ${parent} 0 R/Count 1/Kids[${file.add('42')} 0 R]>>`

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
