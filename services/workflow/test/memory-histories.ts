import type { HistoryRound, HistoryScope, HistoryStore } from '../engine/flow-services.ts'

/** What nodes remember, in a list, for runs without a database. */
export const memoryHistories = (): HistoryStore => {
  const kept: { scope: string; round: HistoryRound }[] = []
  const toText = ({ flowId, nodeId, appId, uid, chatId }: HistoryScope) =>
    JSON.stringify([flowId, nodeId, appId, uid, chatId])
  return {
    async remember(scope, round) {
      if (!kept.some((known) => known.round.key === round.key)) kept.push({ scope: toText(scope), round })
    },
    recall: async (scope, exceptKey) =>
      kept.filter((known) => known.scope === toText(scope) && known.round.key !== exceptKey).map(({ round }) => round),
  }
}
