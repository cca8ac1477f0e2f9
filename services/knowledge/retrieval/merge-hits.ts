/** Lists of hits whose scores mean the same, each with the best first, as one. */
export const mergeHits = <Hit extends { score: number; chunkId: number }>(
  lists: readonly Hit[][],
  limit = Number.POSITIVE_INFINITY,
): Hit[] => {
  const [only] = lists
  if (only && lists.length === 1) return only
  return lists
    .flat()
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, limit)
}
