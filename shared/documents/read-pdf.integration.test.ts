import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MixedPage, makeMixedPdf } from './corpus/mixed-pdf.ts'
import { typesetByPredefinedMap, typesetChinese } from './corpus/typeset-pdf.ts'
import { pageAt } from './document-text.ts'
import { DocumentUnreadableError } from './errors.ts'
import { PageFailedError } from './image-desk.ts'
import type { MediaType } from './media-types.ts'
import type { PageImage } from './page-sink.ts'
import { readDocument } from './read-document.ts'
import type { ReadOptions } from './read-in-child.ts'

const directory = await mkdtemp(join(tmpdir(), 'orrery-pdf-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

const read = async (bytes: Uint8Array, options: ReadOptions = {}, mediaType: MediaType = 'application/pdf') => {
  const path = join(directory, crypto.randomUUID())
  await Bun.write(path, bytes)
  return readDocument({ path, mediaType }, options)
}
const readPages = (pages: MixedPage[], options: ReadOptions = {}) => read(makeMixedPdf(pages), options)
const scan = { scan: { width: 600, height: 800 } }
const codesOf = ({ failedPages }: Awaited<ReturnType<typeof read>>) =>
  failedPages.map(({ page, error }) => `${page} ${error.code}`)

test('a page that is broken fails alone, and the ones around it are read with their numbers', async () => {
  const document = await readPages([{ words: 'First' }, 'broken', { words: 'Third' }])
  expect(document.text).toBe('First\n\nThird')
  expect([1, 7].map((offset) => pageAt(document.pageStarts, offset))).toEqual([1, 3])
  expect(codesOf(document)).toEqual(['2 DOCUMENT_PAGE_BROKEN'])
})

test('a page that costs the reading process its life, or too much time, fails alone', async () => {
  const seen: number[] = []
  const document = await readPages([{ words: 'First' }, 'endless', { words: 'Third' }, 'endless'], {
    limits: { pageMsMax: 300 },
    onPage: ({ read }) => seen.push(read),
  })
  expect(document.text).toBe('First\n\nThird')
  expect(codesOf(document)).toEqual(['2 DOCUMENT_PAGE_TIMEOUT', '4 DOCUMENT_PAGE_TIMEOUT'])
  expect(seen.at(-1)).toBe(4)
}, 120_000)

test('scanned pages are handed over as pictures of bounded size, several at once, and their text stands where they stand', async () => {
  const images: (PageImage & { page: number })[] = []
  const waiting: (() => void)[] = []
  const document = await readPages(
    [
      { words: 'First' },
      { scan: { width: 2_480, height: 3_508 } },
      { scan: { width: 1_700, height: 2_200, as: 'bits' } },
      'blank',
      { words: 'Last' },
    ],
    {
      async readImage(image) {
        images.push(image)
        // Both are there before one is answered.
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          if (waiting.length === 2) for (const go of waiting) go()
        })
        return `Read from page ${image.page}`
      },
    },
  )
  expect(document.text).toBe('First\n\nRead from page 2\n\nRead from page 3\n\nLast')
  expect(document.failedPages).toEqual([])
  for (const { bytes, mediaType } of images) {
    expect(mediaType).toBe('image/jpeg')
    const { width, height } = await new Bun.Image(bytes).metadata()
    expect(Math.max(width, height)).toBe(2_000)
  }
  // What it shows survived the way: the bar lies in the upper half.
  const { width, height } = await new Bun.Image(images[1]?.bytes ?? '').metadata()
  expect(height).toBeGreaterThan(width)
})

test('without anybody who reads pictures, scans need OCR while the rest is read; a document of nothing else fails as a whole', async () => {
  expect(codesOf(await readPages([{ words: 'First' }, scan, 'blank']))).toEqual(['2 DOCUMENT_NEEDS_OCR'])
  await expect(readPages([scan, scan])).rejects.toMatchObject({ code: 'DOCUMENT_NEEDS_OCR' })
  await expect(readPages(['blank', 'blank'])).rejects.toMatchObject({ code: 'DOCUMENT_PDF_WITHOUT_TEXT' })
})

test('what is known of pages is not asked for again', async () => {
  const asked: number[] = []
  const document = await readPages([scan, scan, scan, { words: 'Last' }], {
    known: new Map([
      [1, { text: 'Known' }],
      [2, { error: new DocumentUnreadableError('imageBroken') }],
    ]),
    async readImage({ page }) {
      asked.push(page)
      return 'Fresh'
    },
  })
  expect(asked).toEqual([3])
  expect(document.text).toBe('Known\n\nFresh\n\nLast')
  expect(codesOf(document)).toEqual(['2 DOCUMENT_IMAGE_BROKEN'])
})

test('a picture that cannot be read fails its page alone; a cause outside ends the reading and every call of it', async () => {
  const alone = await readPages([scan, { words: 'Last' }], {
    async readImage() {
      throw new PageFailedError(new DocumentUnreadableError('imageBroken'))
    },
  })
  expect(codesOf(alone)).toEqual(['1 DOCUMENT_IMAGE_BROKEN'])
  let ended = 0
  const outside = readPages([scan, scan, scan], {
    async readImage({ page }, signal) {
      if (page === 3) throw new Error('the model is away')
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended += 1
          reject(new Error('aborted'))
        })
      })
      return ''
    },
  })
  await expect(outside).rejects.toThrow('the model is away')
  expect(ended).toBe(2)
})

test('no more than four pictures of a document are read at once, and all of them end when nobody waits any more', async () => {
  let now = 0
  let most = 0
  const stop = new AbortController()
  const read = readPages(
    Array.from({ length: 8 }, () => scan),
    {
      signal: stop.signal,
      async readImage(_image, signal) {
        now += 1
        most = Math.max(most, now)
        if (now === 4) queueMicrotask(() => stop.abort())
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        now -= 1
        throw signal.reason
      },
    },
  )
  await expect(read).rejects.toMatchObject({ name: 'AbortError' })
  expect({ now, most }).toEqual({ now: 0, most: 4 })
})

test('a picture is a document of one page; one that is broken, or claims to be huge, says so', async () => {
  const png = await new Bun.Image(await Bun.file(await pictureOf(640, 480)).bytes()).png().bytes()
  const readImage = async ({ page }: PageImage & { page: number }) => `Text of ${page}`
  const document = await read(png, { readImage }, 'image/png')
  expect(document).toMatchObject({ text: 'Text of 1', pageStarts: [0], failedPages: [] })
  await expect(read(png, {}, 'image/png')).rejects.toMatchObject({ code: 'DOCUMENT_NEEDS_OCR' })
  await expect(read(png.slice(0, 60), { readImage }, 'image/png')).rejects.toMatchObject({
    code: 'DOCUMENT_IMAGE_BROKEN',
  })
  const bomb = png.slice()
  new DataView(bomb.buffer).setUint32(16, 60_000)
  new DataView(bomb.buffer).setUint32(20, 60_000)
  await expect(read(bomb, { readImage }, 'image/png')).rejects.toMatchObject({ code: 'DOCUMENT_IMAGE_TOO_LARGE' })
})

test('a font with a character map gives its characters', async () => {
  const { text, pageStarts } = await read(typesetChinese({ pages: 2, seed: 1, characters: '彗星的轨道' }))
  expect(pageStarts).toHaveLength(2)
  expect(text.replaceAll(/[彗星的轨道\s]/g, '')).toBe('')
  expect(text).toContain('彗')
})

test.each([
  ['GBK-EUC-H', { ordering: 'GB1', codes: 'e5e7d0c7b5c4b9ecb5c041', text: '彗星的轨道A' }],
  ['UniGB-UCS2-H', { ordering: 'GB1', codes: '5f57661f768a', text: '彗星皊' }],
  ['ETen-B5-H', { ordering: 'CNS1', codes: 'b16bac50', text: '彗星' }],
  ['90ms-RKSJ-H', { ordering: 'Japan1', codes: '9c6190af82ccb1', text: '彗星のｱ' }],
  ['UniKS-UTF16-H', { ordering: 'Korea1', codes: 'd61cc131', text: '혜성' }],
  ['KSCms-UHC-H', { ordering: 'Korea1', codes: 'c7fdbcba', text: '혜성' }],
])('a font that names the predefined character map %s gives its characters', async (encoding, { text, ...font }) => {
  expect((await read(typesetByPredefinedMap({ encoding, ...font }))).text).toBe(text)
})

test('a font by numbers of glyphs without any character map gives no wrong text', async () => {
  const bytes = typesetByPredefinedMap({ encoding: 'Identity-H', ordering: 'GB1', codes: '0a0b0c0d' })
  await expect(read(bytes)).rejects.toMatchObject({ code: 'DOCUMENT_PDF_WITHOUT_TEXT' })
})

/** A BMP file of noise. */
const pictureOf = async (width: number, height: number): Promise<string> => {
  const { encodeBmp } = await import('./encode-bmp.ts')
  const path = join(directory, `${crypto.randomUUID()}.bmp`)
  await Bun.write(path, encodeBmp({ width, height, kind: 1, data: new Uint8Array((width / 8) * height).fill(0xa5) }))
  return path
}
