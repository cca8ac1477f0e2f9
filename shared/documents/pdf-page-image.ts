import type { getDocumentProxy } from 'unpdf'
import { type Bitmap, encodeBmp } from './encode-bmp.ts'
import { DocumentUnreadableError } from './errors.ts'
import type { PageImage } from './page-sink.ts'
import { fitImage } from './read-image.ts'

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>
export type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>

/** Numbers of the parser's operators that paint pictures (PDF.js, `OPS`). */
const PAINT_MASK = 83
const PAINT_IMAGE = 85
const PAINT_INLINE_IMAGE = 86
/** Names of pictures that several pages show begin like this. */
const SHARED_PREFIX = 'g_'
/** Smaller pictures are ornaments: a page that has nothing else counts as empty. */
const PIXELS_MIN = 40_000
const LOAD_MS_MAX = 20_000

interface Painted {
  width: number
  height: number
  /** Its pixels, or the name under which the page has them. */
  source: Bitmap | string
}

/** The largest picture that a page shows; undefined when it shows none. `load` makes it ready to be handed on. */
export const findPageImage = async (page: PdfPage): Promise<{ load(): Promise<PageImage> } | undefined> => {
  const { fnArray, argsArray } = await page.getOperatorList()
  let largest: Painted | undefined
  for (const [at, operator] of fnArray.entries()) {
    const painted = toPainted(operator, argsArray[at])
    if (painted && (!largest || area(painted) > area(largest))) largest = painted
  }
  if (!largest || area(largest) < PIXELS_MIN) return undefined
  const { source } = largest
  return {
    async load() {
      const bitmap = typeof source === 'string' ? await fetchBitmap(page, source) : source
      return fitImage(encodeBmp(bitmap))
    },
  }
}

const area = ({ width, height }: { width: number; height: number }) => width * height

const toPainted = (operator: number, args: unknown): Painted | undefined => {
  if (!Array.isArray(args)) return undefined
  if (operator === PAINT_IMAGE) return { source: String(args[0]), width: Number(args[1]), height: Number(args[2]) }
  if (operator !== PAINT_INLINE_IMAGE && operator !== PAINT_MASK) return undefined
  const given: unknown = args[0]
  if (typeof given !== 'object' || given === null || !('width' in given && 'height' in given && 'data' in given)) {
    return undefined
  }
  const size = { width: Number(given.width), height: Number(given.height) }
  if (typeof given.data === 'string') return { ...size, source: given.data }
  const bitmap = toBitmap(given)
  return bitmap && { ...size, source: bitmap }
}

/** Where a stencil has a 0 there is ink, so it reads as a picture of one bit. */
const KIND_OF_MASKS = 1

const toBitmap = (given: object): Bitmap | undefined => {
  if (!('width' in given && 'height' in given && 'data' in given)) return undefined
  const { data } = given
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) return undefined
  const kind = 'kind' in given ? Number(given.kind) : KIND_OF_MASKS
  if (kind !== 1 && kind !== 2 && kind !== 3) return undefined
  return { width: Number(given.width), height: Number(given.height), kind, data }
}

const fetchBitmap = async (page: PdfPage, name: string): Promise<Bitmap> => {
  const objects = name.startsWith(SHARED_PREFIX) ? page.commonObjs : page.objs
  const { promise, resolve, reject } = Promise.withResolvers<object>()
  const timer = setTimeout(() => reject(new DocumentUnreadableError('imageBroken')), LOAD_MS_MAX)
  objects.get(name, (found: unknown) =>
    typeof found === 'object' && found !== null ? resolve(found) : reject(new DocumentUnreadableError('imageBroken')),
  )
  const bitmap = await promise.then(toBitmap).finally(() => clearTimeout(timer))
  if (!bitmap) throw new DocumentUnreadableError('imageBroken')
  return bitmap
}
