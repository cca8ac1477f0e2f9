import { t } from 'elysia'
import {
  CHUNKERS,
  DEFAULT_HEADING_DEPTH,
  DEFAULT_PARENT_BY,
  DEFAULT_PARENT_LENGTH_MAX,
  DEFAULT_SPLITTING,
  HEADING_DEPTH_HIGHEST,
  LENGTH_MAX_HIGHEST,
  LENGTH_MIN_LOWEST,
  PARENTS,
  type SplitSettings,
} from './split-settings.ts'

const length = (description: string, example: number) =>
  t.Integer({ minimum: LENGTH_MIN_LOWEST, maximum: LENGTH_MAX_HIGHEST, description, examples: [example] })

const Marks = (description: string) => t.Array(t.String({ minLength: 1, maxLength: 50 }), { maxItems: 50, description })

const ColumnName = (what: string) =>
  t.Nullable(
    t.String({ minLength: 1, maxLength: 200, description: `question-answer: name of the column that holds ${what}.` }),
  )

export const Splitting = t.Object(
  {
    chunker: t.UnionEnum(CHUNKERS, {
      // Elysia would fill in the first of the values where a request says none.
      default: undefined,
      description:
        'How documents are cut. `length`: at the best borders near a length. `headings`: a chunk for each section. `parent-child`: small chunks are found, and the wider parent of each is what a model gets. `question-answer`: questions are found, and a model gets them with their answers. `table-rows`: a chunk for each row, with the names of the columns. `code`: between functions and classes. `whole`: a document is one chunk. Settings that a chunker has no use for are kept and ignored.',
    }),
    lengthMin: length('Shortest chunk in characters, where a section is long enough.', DEFAULT_SPLITTING.lengthMin),
    lengthMax: length('Longest chunk in characters.', DEFAULT_SPLITTING.lengthMax),
    overlap: t.Integer({
      minimum: 0,
      maximum: LENGTH_MAX_HIGHEST,
      description: 'Characters a chunk repeats from the one before; at most half of lengthMax.',
    }),
    separators: Marks('Marks after which a cut is welcome. Empty: paragraphs, lines, sentences, words.'),
    cutOff: Marks('Marks after which a cut is made always.'),
    titleSplit: t.Boolean({ description: 'Begin a new chunk at each heading.' }),
    headingDepth: t.Integer({
      minimum: 1,
      maximum: HEADING_DEPTH_HIGHEST,
      description: 'headings, and parent-child by section: levels of headings that begin a section.',
    }),
    parentBy: t.UnionEnum(PARENTS, { default: undefined, description: 'parent-child: what a parent is.' }),
    parentLengthMax: length('parent-child: longest parent; at least lengthMax.', DEFAULT_PARENT_LENGTH_MAX),
    questionColumn: ColumnName('questions; null: a known name, or the first of two columns'),
    answerColumn: ColumnName('answers; null: a known name, or the second of two columns'),
  },
  { examples: [{ ...DEFAULT_SPLITTING, chunker: 'headings', headingDepth: 2 }] },
)
export type Splitting = typeof Splitting.static

export const SplittingChange = t.Partial(Splitting, {
  description: 'What is left out stays.',
  examples: [{ chunker: 'parent-child', lengthMax: 300, parentBy: 'section', parentLengthMax: 2_000 }],
})

/** All settings, those of other chunkers too, so that a form can show them. */
export const toSplittingView = (settings: SplitSettings): Splitting => ({
  chunker: 'length',
  headingDepth: DEFAULT_HEADING_DEPTH,
  parentBy: DEFAULT_PARENT_BY,
  parentLengthMax: Math.max(DEFAULT_PARENT_LENGTH_MAX, settings.lengthMax),
  questionColumn: null,
  answerColumn: null,
  ...settings,
})
