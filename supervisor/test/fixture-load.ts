import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FixtureOrrery } from './fixture-orrery.ts'

/** Load on a fixture: what its clients saw. */
export interface FixtureLoad {
  /** How many requests were answered so far. */
  requests(): number
  /** Ends all clients; resolves with what went wrong for any of them, nothing if all went well, and what they got. */
  stop(): Promise<{ failures: string[]; requests: number; numbers: number[] }>
}

const STREAMS = 3
const ASKERS = 4
/** Closer together they would only keep the processor from what is tested. */
const PAUSE_MS = 20

/** Clients that ask again and again, each over new and kept connections, and readers of endless streams that count. */
export const loadFixture = (
  { port, dataDirectory }: FixtureOrrery,
  { streams = STREAMS }: { streams?: number } = {},
): FixtureLoad => {
  const key = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
  const headers = { authorization: `Bearer ${key}` }
  const url = (path: string) => `http://127.0.0.1:${port}/agent/v1${path}`
  const stopped = new AbortController()
  const failures: string[] = []
  let requests = 0

  const ask = async (asker: number) => {
    while (!stopped.signal.aborted) {
      const keepalive = asker % 2 === 0
      const status = await fetch(url('/x'), { headers, keepalive }).then(
        async (response) => (await response.text()) && response.status,
        String,
      )
      requests += 1
      if (status !== 200) failures.push(`request: ${status}`)
      await Bun.sleep(PAUSE_MS)
    }
  }

  /** Returns how many numbers came. */
  const read = async (): Promise<number> => {
    let text = ''
    try {
      const response = await fetch(url('/count'), { headers, signal: stopped.signal })
      for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString()
      failures.push('a stream ended')
    } catch (error) {
      if (!stopped.signal.aborted) failures.push(`stream: ${String(error)}`)
    }
    const numbers = [...text.matchAll(/^data: (\d+)\n\n/gm)].map(([, number]) => Number(number))
    if (numbers.some((number, index) => number !== index)) failures.push('a number is missing or came twice')
    return numbers.length
  }

  const askers = Array.from({ length: ASKERS }, (_, asker) => ask(asker))
  const readers = Array.from({ length: streams }, read)
  return {
    requests: () => requests,
    async stop() {
      stopped.abort()
      await Promise.all(askers)
      return { failures, requests, numbers: await Promise.all(readers) }
    },
  }
}
