import { toProblem } from '#shared/errors/problem.ts'

/** One line of a long answer: what is going on, or how it ended. The last line is a `result` or a `problem`. */
export type ProgressLine = { progress: string } | { result: unknown } | { problem: ReturnType<typeof toProblem> }

/** An answer of JSON lines that tells how a long operation goes on, and how it ended. The operation goes on when the client leaves. */
export const streamProgress = (run: (progress: (text: string) => void) => Promise<unknown>): Response => {
  let isOpen = true
  let write: (line: ProgressLine) => void = () => undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      write = (line) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`))
      run((text) => write({ progress: text }))
        .then(
          (result) => write({ result }),
          (error: unknown) => write({ problem: toProblem(error) }),
        )
        .finally(() => {
          if (isOpen) controller.close()
        })
    },
    cancel() {
      isOpen = false
      write = () => undefined
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
