import type { AppError } from '#shared/errors/app-error.ts'
import type { PageImage } from './page-sink.ts'

/** Pictures of one document that are read at once: each waits for a model, and is held in memory. */
const AT_ONCE_MAX = 4

/**
 * Makes text of a page's picture. What it throws as PageFailedError fails the page alone; anything else ends the reading of the document.
 */
export type ReadImage = (image: PageImage & { page: number }, signal: AbortSignal) => Promise<string>

/** The page alone failed, for the reason that is its cause. */
export class PageFailedError extends Error {
  readonly failure: AppError

  constructor(failure: AppError) {
    super(failure.message, { cause: failure })
    this.failure = failure
  }
}

/** Has pictures of pages read, some at once. Ends them all when one of them ends the reading. */
export const createImageDesk = (options: {
  readImage: ReadImage
  onText: (page: number, text: string) => void
  onFailed: (page: number, failure: AppError) => void
  signal: AbortSignal
}) => {
  const stopping = new AbortController()
  const signal = AbortSignal.any([options.signal, stopping.signal])
  const running = new Set<Promise<void>>()
  let fatal: { error: unknown } | undefined

  const run = async (image: PageImage & { page: number }) => {
    try {
      options.onText(image.page, await options.readImage(image, signal))
    } catch (error) {
      if (error instanceof PageFailedError && !signal.aborted) return options.onFailed(image.page, error.failure)
      fatal ??= { error }
      stopping.abort()
    }
  }
  const check = () => {
    if (fatal) throw fatal.error
  }

  return {
    /** Pictures that are being read. */
    get waiting() {
      return running.size
    },
    /** Resolves when the picture has a place. Throws what ended the reading. */
    async take(image: PageImage & { page: number }): Promise<void> {
      while (running.size >= AT_ONCE_MAX) await Promise.race(running)
      check()
      const task = run(image).finally(() => running.delete(task))
      running.add(task)
    },
    /** Resolves when all are read. Throws what ended the reading. */
    async finish(): Promise<void> {
      await Promise.all(running)
      check()
    },
    /** Ends what runs. */
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
