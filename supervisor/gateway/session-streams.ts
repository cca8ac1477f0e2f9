import { AppError } from '#shared/errors/app-error.ts'

/** Whether somebody who is signed in may still have what they began: rejects with an AppError when not. */
export type Recheck = () => Promise<void>

/** Event streams and WebSockets that are open to people who are signed in: they end with the session, the membership or the role. */
export interface SessionStreams {
  /** A stream began; what was returned says that it is over. `close` is called if its session ends before. */
  add(recheck: Recheck, close: () => void): () => void
  /** Closes the streams of sessions that ended. Resolves when every one was looked at. */
  review(): Promise<void>
  stop(): void
}

/** For what came to an end by itself, or through a gateway that could not say so. */
const REVIEW_MS = 5_000

export const createSessionStreams = (): SessionStreams => {
  const streams = new Map<object, { recheck: Recheck; close: () => void }>()
  let timer: ReturnType<typeof setInterval> | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const reviewOne = async ({ recheck, close }: { recheck: Recheck; close: () => void }): Promise<void> => {
    try {
      await recheck()
    } catch (error) {
      // A tenant service that does not answer ends nothing: the stream is looked at again.
      if (error instanceof AppError && (error.status === 401 || error.status === 403)) close()
    }
  }
  const review = async (): Promise<void> => {
    await Promise.all([...streams.values()].map(reviewOne))
  }

  return {
    add(recheck, close) {
      const entry = {}
      streams.set(entry, { recheck, close })
      timer ??= setInterval(() => void review(), REVIEW_MS)
      return () => {
        streams.delete(entry)
        if (streams.size === 0) stop()
      }
    },
    review,
    stop,
  }
}
