import type { AppError } from '#shared/errors/app-error.ts'
import type { ChildMessage } from './child-messages.ts'
import { createDocumentCollector } from './document-collector.ts'
import type { DocumentText } from './document-text.ts'
import { DocumentUnreadableError, isUnreadableReason, PAGE_MS_MAX, READ_MS_MAX } from './errors.ts'
import { createImageDesk, type ReadImage } from './image-desk.ts'
import { insertPageTexts } from './insert-page-texts.ts'
import type { MediaType } from './media-types.ts'
import { startReadingChild } from './reading-child.ts'
import { createWatchdog, type Watchdog } from './reading-watchdog.ts'

export interface ReadOptions {
  /** Told after every page of a PDF and every slide; nothing for files whose pages are not known before they are read. */
  onPage?: ((progress: { read: number; count: number }) => void) | undefined
  /** Told of each page that failed alone. */
  onPageFailed?: ((failure: FailedPage) => void) | undefined
  /** Makes text of pictures that stand for a page. Without it such pages fail as "needs OCR". */
  readImage?: ReadImage | undefined
  /** What pictures of pages are known to say, or why they could not be read: nobody is asked again. */
  known?: ReadonlyMap<number, { text: string } | { error: AppError }> | undefined
  signal?: AbortSignal | undefined
  /** READ_MS_MAX, PAGE_MS_MAX and READ_MEMORY_BYTES_MAX unless given. */
  limits?: { msMax?: number; pageMsMax?: number; memoryBytesMax?: number } | undefined
}

/** A page that could not be read while others could. 1-based. */
export interface FailedPage {
  page: number
  error: AppError
}

export interface ReadText extends DocumentText {
  /** By page. */
  failedPages: FailedPage[]
}

/** Processes that one document may cost beyond the first. */
const RESTARTS_MAX = 10

/**
 * The text of a document, read by a child process with limited time and memory. A page of a PDF that costs the child its life fails alone: another child
 * goes on behind it. Throws DocumentUnreadableError, and what `readImage` throws.
 */
export const readInChild = async (
  file: { path: string; mediaType: MediaType },
  options: ReadOptions = {},
): Promise<ReadText> => {
  const { signal = new AbortController().signal, limits = {} } = options
  const reading = createReading(options, signal)
  const watchdog = createWatchdog({ msMax: limits.msMax ?? READ_MS_MAX, pageMsMax: limits.pageMsMax ?? PAGE_MS_MAX })
  const isPdf = file.mediaType === 'application/pdf'
  try {
    for (let restarts = 0, firstPage = 1; ; restarts += 1) {
      const told = {
        firstPage,
        takesImages: options.readImage !== undefined,
        knownPages: [...(options.known?.keys() ?? [])],
      }
      await using child = startReadingChild(file, { told, signal, memoryBytesMax: limits.memoryBytesMax })
      if (await follow(child, reading, watchdog)) return await reading.finish()
      signal.throwIfAborted()
      if (watchdog.isOver) throw new DocumentUnreadableError('tooSlow')
      const { read, count } = reading.progress
      if (!isPdf || count === 0 || restarts >= RESTARTS_MAX) throw whyEnded(isPdf, child.exceededMemory)
      reading.passOver(read + 1)
      if (read + 1 >= count) return await reading.finish()
      firstPage = read + 2
    }
  } finally {
    await reading.stop()
  }
}

const whyEnded = (isPdf: boolean, exceededMemory: boolean): DocumentUnreadableError =>
  exceededMemory
    ? new DocumentUnreadableError('tooSlow')
    : new DocumentUnreadableError(isPdf ? 'pdfBroken' : 'broken', { reason: 'the reading process ended early' })

/** True when the child came to the end of the document, false when it died on the way. */
const follow = async (
  child: ReturnType<typeof startReadingChild>,
  reading: Reading,
  watchdog: Watchdog,
): Promise<boolean> => {
  watchdog.begin(child.kill)
  try {
    for await (const message of child.messages) {
      watchdog.pause()
      if (message.type === 'end') return true
      // Another process has all of the memory to itself again.
      if (message.type === 'failed' && message.why === 'tooSlow') return false
      await reading.take(message)
      if (message.type === 'page-image') child.acknowledge()
      watchdog.go(reading.progress.count > 0)
    }
    return false
  } finally {
    watchdog.pause()
  }
}

type Reading = ReturnType<typeof createReading>

/** Puts together what children say. */
const createReading = ({ onPage, onPageFailed, readImage, known }: ReadOptions, signal: AbortSignal) => {
  const collector = createDocumentCollector()
  const texts = new Map<number, string>()
  const failures = new Map<number, AppError>()
  const progress = { read: 0, count: 0 }
  const told = () => {
    if (progress.count > 0) onPage?.({ read: progress.read - (desk?.waiting ?? 0), count: progress.count })
  }
  const fail = (page: number, error: AppError) => {
    failures.set(page, error)
    onPageFailed?.({ page, error })
  }
  const desk =
    readImage &&
    createImageDesk({
      readImage: async (image, deskSignal) => {
        const text = await readImage(image, deskSignal)
        queueMicrotask(told)
        return text
      },
      onText: (page, text) => texts.set(page, text),
      onFailed: fail,
      signal,
    })

  const failPage = (page: number, error: DocumentUnreadableError) => {
    const outcome = error.why === 'needsOcr' ? known?.get(page) : undefined
    if (!outcome) fail(page, error)
    else if ('text' in outcome) texts.set(page, outcome.text)
    else failures.set(page, outcome.error)
  }

  return {
    progress,
    async take(message: ChildMessage): Promise<void> {
      if (message.type === 'failed') throw toError(message)
      if (message.type === 'text') return collector.add(message)
      if (message.type === 'page-failed') return failPage(message.page, toError(message))
      if (message.type === 'page-image') {
        const { page, mediaType, base64 } = message
        await desk?.take({ page, mediaType, bytes: Buffer.from(base64, 'base64') })
      }
      if (message.type === 'progress') {
        Object.assign(progress, { read: message.read, count: message.count })
        told()
      }
    },
    /** The page that a child died of. */
    passOver(page: number): void {
      fail(page, new DocumentUnreadableError('pageTooSlow'))
      collector.continueAfter(page)
      progress.read = page
      told()
    },
    async finish(): Promise<ReadText> {
      await desk?.finish()
      const failedPages = [...failures].map(([page, error]) => ({ page, error })).sort((a, b) => a.page - b.page)
      return { ...insertPageTexts(collector.document, texts), failedPages }
    },
    stop: async () => desk?.stop(),
  }
}

const toError = ({ why, reason }: { why: string; reason?: string }): DocumentUnreadableError => {
  if (!isUnreadableReason(why)) throw new Error('The reading process gave an unknown reason.')
  return new DocumentUnreadableError(why, reason === undefined ? {} : { reason })
}
