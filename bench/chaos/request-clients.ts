import { RawRequester, type RequestOutcome } from './raw-requester.ts'
import type { Tally } from './tally.ts'

export interface ClientOptions {
  port: number
  rootKey: string
  tally: Tally
  stopped: AbortSignal
}

export type ConnectionKind = 'kept' | 'new'

const PAUSE_MS = 4

/** Requests of one client: what it got besides a whole 200 is a failure of that kind. */
const label = (outcome: RequestOutcome): string => {
  if (outcome.kind !== 'answer') return outcome.kind
  const code = /"code":"(\w+)"/.exec(outcome.body)?.[1]
  return code ? `${outcome.status} ${code}` : String(outcome.status)
}

/** Asks with GET again and again until it is stopped. */
export const readAgainAndAgain = async (options: ClientOptions, connection: ConnectionKind): Promise<void> => {
  const { port, rootKey, tally, stopped } = options
  const requester = new RawRequester(port, { keepAlive: connection === 'kept' })
  while (!stopped.aborted) {
    const outcome = await requester.request(['GET /agent/v1/x HTTP/1.1', `Authorization: Bearer ${rootKey}`])
    tally.did(`GET, ${connection} connection`)
    if (label(outcome) !== '200') tally.failed(`GET, ${connection} connection: ${label(outcome)}`)
    await Bun.sleep(PAUSE_MS)
  }
  requester.close()
}

/** What a client knows of the POSTs that it sent: those that were answered with 200, and those of which it does not know. */
export interface SentPosts {
  acknowledged: string[]
  unknown: string[]
}

/** Sends POSTs with an id each. One that fails is not sent again. `mayFail`: a failure is no mistake, since POST may not be repeated. */
export const postAgainAndAgain = async (
  options: ClientOptions & { mayFail: boolean },
  connection: ConnectionKind,
): Promise<SentPosts> => {
  const { port, rootKey, tally, stopped } = options
  const requester = new RawRequester(port, { keepAlive: connection === 'kept' })
  const sent: SentPosts = { acknowledged: [], unknown: [] }
  const lines = ['POST /agent/v1/x HTTP/1.1', `Authorization: Bearer ${rootKey}`, 'Content-Type: application/json']
  while (!stopped.aborted) {
    const id = crypto.randomUUID()
    const outcome = await requester.request(lines, JSON.stringify({ id }))
    tally.did(`POST, ${connection} connection`)
    const isDone = label(outcome) === '200'
    if (isDone) sent.acknowledged.push(id)
    else {
      sent.unknown.push(id)
      if (options.mayFail) tally.did(`POST without an answer, ${label(outcome)}`)
      else tally.failed(`POST, ${connection} connection: ${label(outcome)}`)
    }
    await Bun.sleep(PAUSE_MS)
  }
  requester.close()
  return sent
}
