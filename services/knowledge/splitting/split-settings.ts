/** How a text is cut into chunks. Lengths are UTF-16 code units, as everywhere in JavaScript. */
export interface SplitSettings {
  lengthMin: number
  lengthMax: number
  /** Characters that a chunk repeats from the one before, where a running text had to be cut. */
  overlap: number
  /** Marks after which a cut is welcome, best first. Empty: paragraphs, lines, sentences, words. */
  separators: string[]
  /** Marks after which a cut is made always. */
  cutOff: string[]
  /** Begin a new chunk at each heading. */
  titleSplit: boolean
}

export const LENGTH_MIN_LOWEST = 1
export const LENGTH_MAX_HIGHEST = 20_000

/** For documents uploaded to a base: about a paragraph or three, the size that retrieval was measured with. */
export const DEFAULT_SPLITTING: SplitSettings = {
  lengthMin: 100,
  lengthMax: 1_000,
  overlap: 0,
  separators: [],
  cutOff: [],
  titleSplit: true,
}

/** What a request or a client may leave out or overdo, brought into order: 1 ≤ min ≤ max, overlap below half of max. */
export const normaliseSplitting = (settings: SplitSettings): SplitSettings => {
  const lengthMax = clamp(settings.lengthMax, LENGTH_MIN_LOWEST, LENGTH_MAX_HIGHEST)
  return {
    lengthMin: clamp(settings.lengthMin, LENGTH_MIN_LOWEST, lengthMax),
    lengthMax,
    overlap: clamp(settings.overlap, 0, Math.floor(lengthMax / 2)),
    separators: settings.separators.filter((mark) => mark !== ''),
    cutOff: settings.cutOff.filter((mark) => mark !== ''),
    titleSplit: settings.titleSplit,
  }
}

const clamp = (value: number, lowest: number, highest: number) =>
  Math.min(highest, Math.max(lowest, Math.trunc(Number.isFinite(value) ? value : lowest)))
