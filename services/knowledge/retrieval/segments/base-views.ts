import type { ObjectStore } from '#shared/objects/object-store.ts'
import { IndexMovedError } from '../../errors.ts'
import { DEFAULT_STEMMING, type StemmingLanguage } from '../languages/stemming-language.ts'
import { openSegmentFile } from './open-segment-file.ts'
import type { Segment } from './segment.ts'
import type { SegmentRepository } from './segment-repository.ts'

/** One base as of one commit: its open files and the chunks in them that are gone. Never changed, only replaced. */
export interface BaseView {
  seq: number
  /** By whose endings the words in the segments are found. */
  language: StemmingLanguage
  /** Model that made the vectors in the segments; null: none. */
  vectorModel: string | null
  segments: ReadonlyMap<string, Segment>
  dead: ReadonlySet<number>
}

/** Bases whose files stay open in this process; the one that was not asked for longest is closed first. */
const BASES_OPEN_MAX = 256
/** Dead chunks remembered before the set is read anew, without those that a merge dropped meanwhile. */
const DEAD_REMEMBERED_MAX = 20_000

const NOTHING: BaseView = {
  seq: -1,
  language: DEFAULT_STEMMING,
  vectorModel: null,
  segments: new Map(),
  dead: new Set(),
}

/**
 * Keeps views of the bases this process searches. `current` asks PostgreSQL for the bases' last commits, one round trip, and renews the
 * views that lag behind: what was committed before the call is in the views it returns.
 */
export const createBaseViews = (dependencies: { segments: SegmentRepository; store: ObjectStore }) => {
  const views = new Map<string, BaseView>()

  const renew = async (baseId: string): Promise<BaseView | undefined> => {
    const known = views.get(baseId) ?? NOTHING
    const base = known.dead.size > DEAD_REMEMBERED_MAX ? { ...known, seq: -1, dead: new Set<number>() } : known
    const snapshot = await dependencies.segments.snapshot(baseId, base.seq)
    if (!snapshot) return undefined
    if (snapshot.indexedBy !== 'segments') throw new IndexMovedError(baseId)
    const segments = new Map<string, Segment>()
    for (const { hash } of snapshot.segments) {
      segments.set(hash, known.segments.get(hash) ?? (await openSegmentFile(dependencies.store, hash)))
    }
    const { seq, language, vectorModel } = snapshot
    const view = { seq, language, vectorModel, segments, dead: new Set([...base.dead, ...snapshot.dead]) }
    const newest = views.get(baseId)
    // Another query may have been faster with a later commit.
    return newest && newest.seq > view.seq ? newest : view
  }

  const keep = (baseId: string, view: BaseView) => {
    views.delete(baseId)
    views.set(baseId, view)
    const [oldest] = views.keys()
    if (views.size > BASES_OPEN_MAX && oldest !== undefined) views.delete(oldest)
  }

  return {
    /**
     * Views of those bases that exist. Throws SegmentLostError when a file of one cannot be used, IndexMovedError when another engine holds one.
     *
     * @param known the bases' last commits, where the caller has just asked for them
     */
    async current(baseIds: readonly string[], known?: ReadonlyMap<string, number>): Promise<Map<string, BaseView>> {
      const sequences = known ?? (await dependencies.segments.sequences(baseIds))
      const found = new Map<string, BaseView>()
      for (const [baseId, seq] of sequences) {
        const last = views.get(baseId)
        const view = last && last.seq >= seq ? last : await renew(baseId)
        if (!view) continue
        keep(baseId, view)
        found.set(baseId, view)
      }
      return found
    },
    forget: (baseId: string) => void views.delete(baseId),
  }
}
