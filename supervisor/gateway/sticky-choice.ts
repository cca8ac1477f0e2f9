import { type Candidate, loadOf } from './worker-choice.ts'

/** A worker may carry this many times the mean load before a key's requests go to the next one in the key's order. */
const LOAD_OVER_MEAN_MAX = 1.25

/**
 * The worker that a key prefers: rendezvous hashing (each worker's rank is the hash of key and worker, the highest one wins) with bounded
 * load (Mirrokni, Thorup and Zadimoghaddam, 2017: a worker above 1.25 times the mean is passed over). When a worker comes or goes, only the
 * keys that preferred it move. It is a preference: someone is always found while there is a candidate, and those of weight 0 come last.
 */
export const chooseSticky = <Worker extends Candidate & { readonly id: string }>(
  candidates: readonly Worker[],
  key: string,
): Worker | undefined => {
  if (candidates.length < 2) return candidates[0]
  const weighty = candidates.filter(({ weight }) => weight > 0)
  const among = weighty.length > 0 ? weighty : candidates
  const mean = among.reduce((sum, worker) => sum + loadOf(worker), 0) / among.length
  // The request that is being placed counts too. Whoever is at the mean or below always has room, so that someone is found.
  const loadMax = Math.max(mean + 1, Math.ceil(LOAD_OVER_MEAN_MAX * (mean + 1 / among.length)))
  let best: Worker | undefined
  let bestRank = -1n
  for (const worker of among) {
    if (loadOf(worker) + 1 > loadMax) continue
    const rank = Bun.hash.xxHash64(`${key}\n${worker.id}`)
    if (rank > bestRank) {
      best = worker
      bestRank = rank
    }
  }
  return best
}
