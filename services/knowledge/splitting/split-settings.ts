/** Ways to cut a document, each in a file of its own under `chunkers/`. */
export const CHUNKERS = [
  'length',
  'headings',
  'parent-child',
  'question-answer',
  'table-rows',
  'code',
  'whole',
] as const
export type ChunkerName = (typeof CHUNKERS)[number]

/** What makes a parent of the chunker `parent-child`. */
export const PARENTS = ['length', 'paragraph', 'section'] as const
export type ParentKind = (typeof PARENTS)[number]

/**
 * How a text is cut into chunks. Lengths are UTF-16 code units, as everywhere in JavaScript. Settings that the chosen chunker has no use for
 * are kept and ignored, so that another one can be tried and left again.
 */
export interface SplitSettings {
  /** `length` where it is missing. */
  chunker?: ChunkerName
  lengthMin: number
  lengthMax: number
  /** Characters that a chunk repeats from the one before, where a running text had to be cut. */
  overlap: number
  /** Marks after which a cut is welcome, best first. Empty: paragraphs, lines, sentences, words. */
  separators: string[]
  /** Marks after which a cut is made always. */
  cutOff: string[]
  /** `length`, and what others leave to it: begin a new chunk at each heading. */
  titleSplit: boolean
  /** `headings`, and `parent-child` by section: how many levels of headings make chunks of their own. */
  headingDepth?: number
  /** `parent-child`: what a chunk is shown with. */
  parentBy?: ParentKind
  /** `parent-child`: longest parent; a longer paragraph or section is cut. */
  parentLengthMax?: number
  /** `question-answer`: names of the columns of tables; null or missing: known names, or the two columns there are. */
  questionColumn?: string | null
  answerColumn?: string | null
}

export const LENGTH_MIN_LOWEST = 1
export const LENGTH_MAX_HIGHEST = 20_000
export const HEADING_DEPTH_HIGHEST = 6

/** For documents uploaded to a base: a few paragraphs. Shorter chunks hold too little of what a question asks for; see bench/retrieval. */
export const DEFAULT_SPLITTING: SplitSettings = {
  lengthMin: 100,
  lengthMax: 1_500,
  overlap: 0,
  separators: [],
  cutOff: [],
  titleSplit: true,
}

/** Of settings that only some chunkers have. */
export const DEFAULT_HEADING_DEPTH = 3
export const DEFAULT_PARENT_BY: ParentKind = 'length'
export const DEFAULT_PARENT_LENGTH_MAX = 4_000

/** What a request or a client may leave out or overdo, brought into order: 1 ≤ min ≤ max, overlap below half of max, parents no shorter than max. */
export const normaliseSplitting = (settings: SplitSettings): SplitSettings => {
  const lengthMax = clamp(settings.lengthMax, LENGTH_MIN_LOWEST, LENGTH_MAX_HIGHEST)
  const { headingDepth, parentLengthMax } = settings
  return {
    ...settings,
    lengthMin: clamp(settings.lengthMin, LENGTH_MIN_LOWEST, lengthMax),
    lengthMax,
    overlap: clamp(settings.overlap, 0, Math.floor(lengthMax / 2)),
    separators: settings.separators.filter((mark) => mark !== ''),
    cutOff: settings.cutOff.filter((mark) => mark !== ''),
    ...(headingDepth === undefined ? {} : { headingDepth: clamp(headingDepth, 1, HEADING_DEPTH_HIGHEST) }),
    ...(parentLengthMax === undefined
      ? {}
      : { parentLengthMax: clamp(parentLengthMax, lengthMax, LENGTH_MAX_HIGHEST) }),
  }
}

const clamp = (value: number, lowest: number, highest: number) =>
  Math.min(highest, Math.max(lowest, Math.trunc(Number.isFinite(value) ? value : lowest)))
