import type { Chunker } from '../chunk-piece.ts'
import { LENGTH_MAX_HIGHEST } from '../split-settings.ts'
import { splitRange } from '../split-text.ts'

/** The document is one chunk, up to `LENGTH_MAX_HIGHEST` characters; a longer one is cut into as few as that allows. */
export const keepWhole: Chunker = (source, settings) =>
  splitRange(
    { ...source, hardEnds: [] },
    { start: 0, end: source.text.length },
    { ...settings, lengthMin: LENGTH_MAX_HIGHEST / 2, lengthMax: LENGTH_MAX_HIGHEST, titleSplit: false },
  )
