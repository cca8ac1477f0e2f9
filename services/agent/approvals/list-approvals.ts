import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { TURN_KIND } from '../loop/turn-events.ts'
import { type FoundTurn, readTurn } from './find-turn.ts'
import { openApprovals } from './open-approvals.ts'

/** Turns that are read at the same time. */
const READ_AT_ONCE = 8

/** Turns that wait for a person, newest first, each with what it asks. */
export const listApprovals = async (
  journal: Journal,
  query: { appId?: string; beforeId?: string; limit: number },
): Promise<{ waiting: (FoundTurn & { asked: ReturnType<typeof openApprovals> })[]; nextBeforeId: string | null }> => {
  const headers = await journal.list({ ...query, kind: TURN_KIND, state: 'waiting', limit: query.limit + 1 })
  const page = headers.slice(0, query.limit)
  const waiting: (FoundTurn & { asked: ReturnType<typeof openApprovals> })[] = []
  for (let at = 0; at < page.length; at += READ_AT_ONCE) {
    waiting.push(...(await Promise.all(page.slice(at, at + READ_AT_ONCE).map((header) => read(journal, header)))))
  }
  const nextBeforeId = headers.length > query.limit ? (page.at(-1)?.id ?? null) : null
  return { waiting: waiting.filter(({ asked }) => asked.length > 0), nextBeforeId }
}

const read = async (journal: Journal, header: RunHeader) => {
  const turn = await readTurn(journal, header.id)
  return { header, ...turn, asked: openApprovals(turn.state, Date.now()) }
}
