/** Response bodies on their way to clients whose end is not known beforehand. */
export interface OpenBodies {
  /**
   * Passes a body through, chunk by chunk, as the client takes it. `onEnd` is called once, however it ends. When the client leaves, the
   * source is cancelled; when the client takes nothing for READER_STALL_MS_MAX, both ends are cut.
   */
  relay(source: ReadableStream<Uint8Array>, onEnd: (end: BodyEnd) => void): ReadableStream<Uint8Array>
  stop(): void
}

/** `broken`: the worker's side failed. `left`: the client closed. `stalled`: the client stopped reading. */
export type BodyEnd = 'complete' | 'broken' | 'left' | 'stalled'

/** A reader that takes nothing holds megabytes of what was already sent to it, in two processes. */
export const READER_STALL_MS_MAX = 30_000
const SWEEP_MS = 5_000

interface OpenBody {
  /** When the last chunk was handed over, until the next one is asked for. */
  handedOverAtMs: number | undefined
  evict(): void
}

export const createOpenBodies = (options: { now?: () => number; sweepMs?: number } = {}): OpenBodies => {
  const now = options.now ?? Date.now
  const open = new Set<OpenBody>()
  const sweep = setInterval(() => {
    for (const body of open) {
      if (body.handedOverAtMs !== undefined && now() - body.handedOverAtMs > READER_STALL_MS_MAX) body.evict()
    }
  }, options.sweepMs ?? SWEEP_MS)
  sweep.unref()

  return {
    relay(source, onEnd) {
      const reader = source.getReader()
      let toClient: ReadableStreamDefaultController<Uint8Array> | undefined
      const body: OpenBody = {
        handedOverAtMs: undefined,
        evict() {
          finish('stalled')
          void reader.cancel().catch(() => {})
          toClient?.error(new Error('The client stopped reading.'))
        },
      }
      const finish = (end: BodyEnd) => {
        if (open.delete(body)) onEnd(end)
      }
      open.add(body)
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            toClient = controller
            body.handedOverAtMs = undefined
            try {
              const { done, value } = await reader.read()
              if (!open.has(body)) return
              if (done) {
                finish('complete')
                controller.close()
              } else {
                body.handedOverAtMs = now()
                controller.enqueue(value)
              }
            } catch (error) {
              if (!open.has(body)) return
              finish('broken')
              controller.error(error) // the client sees a cut connection, never a body that looks complete
            }
          },
          cancel(reason) {
            finish('left')
            return reader.cancel(reason).catch(() => {})
          },
        },
        { highWaterMark: 0 },
      )
    },
    stop: () => clearInterval(sweep),
  }
}
