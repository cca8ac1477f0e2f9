import { type Caller, mayUse } from '#shared/http/caller.ts'
import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { foldTurn, newTurnState, type TurnState } from '../loop/fold-turn.ts'
import { TURN_KIND, type TurnStarted } from '../loop/turn-events.ts'
import { splitTurn } from '../turns/turn-journal.ts'
import { TurnUnknownError } from './errors.ts'

export interface FoundTurn {
  header: RunHeader
  started: TurnStarted
  state: TurnState
}

/** The turn's row, when it exists and the caller may see it. Another app's turn looks like one that does not exist. */
export const findTurnHeader = async (
  journal: Pick<Journal, 'find'>,
  caller: Caller,
  turnId: string,
): Promise<RunHeader> => {
  const header = await journal.find(turnId)
  if (!header || header.kind !== TURN_KIND || !mayUse(caller, header.appId)) throw new TurnUnknownError(turnId)
  return header
}

/** The same with all that happened in it. */
export const findTurn = async (
  journal: Pick<Journal, 'find' | 'read'>,
  caller: Caller,
  turnId: string,
): Promise<FoundTurn> => {
  const header = await findTurnHeader(journal, caller, turnId)
  return { header, ...(await readTurn(journal, turnId)) }
}

export const readTurn = async (
  journal: Pick<Journal, 'read'>,
  turnId: string,
): Promise<Pick<FoundTurn, 'started' | 'state'>> => {
  const events = (await journal.read(turnId, -1)).map(({ event }) => event)
  if (events.length === 0) throw new TurnUnknownError(turnId)
  const { started, past } = splitTurn(events)
  return { started, state: past.reduce(foldTurn, newTurnState()) }
}
