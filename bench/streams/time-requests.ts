import { RawRequester } from '../chaos/raw-requester.ts'

const CLIENTS = 8
const PAUSE_MS = 5

/** Latencies in ms of small requests over kept connections, sorted. Throws when one fails. */
export const timeRequests = async (options: {
  port: number
  lines: readonly string[]
  seconds: number
}): Promise<number[]> => {
  const endAt = performance.now() + options.seconds * 1_000
  const times: number[] = []
  const client = async () => {
    const requester = new RawRequester(options.port, { keepAlive: true })
    while (performance.now() < endAt) {
      const startedAt = performance.now()
      const outcome = await requester.request(options.lines)
      if (outcome.kind !== 'answer' || outcome.status !== 200)
        throw new Error(`a request failed: ${JSON.stringify(outcome)}`)
      times.push(performance.now() - startedAt)
      await Bun.sleep(PAUSE_MS)
    }
    requester.close()
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return times.sort((a, b) => a - b)
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
