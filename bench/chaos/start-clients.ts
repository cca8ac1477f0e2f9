import type { ChaosOrrery } from './chaos-orrery.ts'
import { type ClientOptions, postAgainAndAgain, readAgainAndAgain, type SentPosts } from './request-clients.ts'
import { echoNumbers, readStream } from './stream-clients.ts'
import { createTally, type Tally } from './tally.ts'

/** How many clients of each kind there are. */
export interface ClientMix {
  keptGets: number
  newGets: number
  keptPosts: number
  newPosts: number
  plainStreams: number
  resumableStreams: number
  webSockets: number
  /** Whatever is not repeatable may break: processes are killed. */
  mayBreak: boolean
}

export interface ChaosReport {
  tally: Tally
  /** POSTs that a worker did twice. */
  duplicated: number
  /** POSTs that were answered with 200 and that no worker did. */
  lost: number
  /** Those that the program itself adds, such as how long something took. */
  notes: Record<string, number | string>
}

export interface RunningClients {
  tally: Tally
  stop(): Promise<ChaosReport>
}

export const startClients = (chaos: ChaosOrrery, mix: ClientMix): RunningClients => {
  const tally = createTally()
  const stopping = new AbortController()
  const options: ClientOptions = { port: chaos.orrery.port, rootKey: chaos.rootKey, tally, stopped: stopping.signal }
  const times = <Value>(count: number, start: () => Promise<Value>) => Array.from({ length: count }, start)
  const posting = { ...options, mayFail: mix.mayBreak }
  const posts: Promise<SentPosts>[] = [
    ...times(mix.keptPosts, () => postAgainAndAgain(posting, 'kept')),
    ...times(mix.newPosts, () => postAgainAndAgain(posting, 'new')),
  ]
  const others = [
    ...times(mix.keptGets, () => readAgainAndAgain(options, 'kept')),
    ...times(mix.newGets, () => readAgainAndAgain(options, 'new')),
    ...times(mix.plainStreams, () => readStream(options, 'plain')),
    ...times(mix.resumableStreams, () => readStream(options, 'resumable')),
    ...times(mix.webSockets, () => echoNumbers(options, mix.mayBreak)),
  ]
  return {
    tally,
    async stop() {
      stopping.abort()
      await Promise.all(others)
      const sent = await Promise.all(posts)
      const appended = chaos.appended()
      const once = new Set(appended)
      const acknowledged = sent.flatMap((one) => one.acknowledged)
      return {
        tally,
        duplicated: appended.length - once.size,
        lost: acknowledged.filter((id) => !once.has(id)).length,
        notes: {},
      }
    },
  }
}
