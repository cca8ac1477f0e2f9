import { makeMixedPdf } from '#shared/documents/corpus/mixed-pdf.ts'
import type { MediaType } from '#shared/documents/media-types.ts'
import { readDocument } from '#shared/documents/read-document.ts'
import type { ReadText } from '#shared/documents/read-in-child.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import type { seededRandom } from '#shared/testing/seeded-random.ts'
import { writeText } from './known-documents.ts'

type Random = ReturnType<typeof seededRandom>

export interface MadeFile {
  name: string
  bytes: Uint8Array<ArrayBuffer>
  mediaType: MediaType
}

/** A file that no other one is like: a text of some paragraphs, or a PDF with printed, scanned, empty and broken pages. */
export const makeFile = (number: number, kind: 'text' | 'pdf', random: Random): MadeFile => {
  if (kind === 'text') {
    const bytes = new Uint8Array(Buffer.from(writeText(number, random)))
    return { name: `document${number}.txt`, bytes, mediaType: 'text/plain' }
  }
  const words = (page: number) => ({ words: `document${number} page${page} ${'comet observed '.repeat(10)}` })
  const scan = (page: number) => ({ scan: { width: 300 + (number % 500), height: 300 + 10 * page } })
  const bytes = makeMixedPdf([words(1), scan(2), 'broken', words(4), 'blank', scan(6)])
  return { name: `document${number}.pdf`, bytes, mediaType: 'application/pdf' }
}

/** The next version of a text: some of its paragraphs are others, the rest is the same. */
export const makeVersion = (before: MadeFile, number: number, random: Random): MadeFile => {
  if (before.mediaType !== 'text/plain') return makeFile(number, 'pdf', random)
  const paragraphs = new TextDecoder().decode(before.bytes).split('\n\n')
  const fresh = writeText(number, random).split('\n\n')
  const mixed = paragraphs.map((paragraph, at) => (random() < 0.3 ? (fresh[at] ?? paragraph) : paragraph))
  const bytes = new Uint8Array(Buffer.from([fresh[0], ...mixed].join('\n\n')))
  return { ...before, bytes }
}

/** What a picture says to the model of the test: the same picture always the same. */
const readPicture = (bytes: Uint8Array) =>
  `scanned ${new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 12)} telescope`

/** A model over HTTP that reads pictures, and counts how often it saw each. */
export const startPictureModel = async () => {
  const seen = new Map<string, number>()
  const server = await startModelServer(({ body }) => {
    const [, base64 = ''] = /data:image\/jpeg;base64,([A-Za-z0-9+/=]+)/.exec(JSON.stringify(body)) ?? []
    const text = readPicture(Buffer.from(base64, 'base64'))
    seen.set(text, (seen.get(text) ?? 0) + 1)
    return modelWords(text)
  })
  return { ...server, seen }
}

/** The text that a file has to give. */
export const readFile = (path: string, { mediaType }: MadeFile): Promise<ReadText> =>
  readDocument({ path, mediaType }, { readImage: async ({ bytes }) => readPicture(bytes) })
