import { expect, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import { CHUNKERS, DEFAULT_SPLITTING } from './split-settings.ts'
import { Splitting, SplittingChange, toSplittingView } from './splitting-schemas.ts'
import { toSplitting } from './to-splitting.ts'

test.each([
  ['lengthMin', { lengthMin: 500, lengthMax: 400 }],
  ['overlap', { overlap: 751 }],
  ['parentLengthMax', { parentLengthMax: 999 }],
  ['answerColumn', { questionColumn: 'Q' }],
  ['questionColumn', { answerColumn: 'A' }],
  ['answerColumn', { questionColumn: 'Text', answerColumn: ' text' }],
] as const)('settings that do not fit together are refused by the name of one of them: %s', (field, given) => {
  expect(() => toSplitting(given, DEFAULT_SPLITTING)).toThrow(
    expect.objectContaining({ code: 'KNOWLEDGE_SPLITTING_INVALID', details: { field } }),
  )
})

test('what a request leaves out follows what it says', () => {
  const small = toSplitting({ lengthMax: 60 }, { ...DEFAULT_SPLITTING, overlap: 200, parentLengthMax: 2_000 })
  expect(small).toMatchObject({ lengthMin: 60, lengthMax: 60, overlap: 30, parentLengthMax: 2_000 })
  const large = toSplitting({ lengthMax: 3_000 }, { ...DEFAULT_SPLITTING, parentLengthMax: 2_000 })
  expect(large).toMatchObject({ lengthMax: 3_000, parentLengthMax: 3_000 })
})

test('settings of other chunkers are kept, so that a base can go back to them', () => {
  const first = toSplitting({ chunker: 'headings', headingDepth: 2 }, DEFAULT_SPLITTING)
  const second = toSplitting({ chunker: 'code' }, first)
  expect(second).toMatchObject({ chunker: 'code', headingDepth: 2 })
})

test.each(CHUNKERS.map((chunker) => [chunker] as const))(
  'the settings of %s are shown as their schema says',
  (chunker) => {
    expect(Value.Check(Splitting, toSplittingView(toSplitting({ chunker }, DEFAULT_SPLITTING)))).toBe(true)
  },
)

test('settings without a chunker are shown as those of length', () => {
  expect(toSplittingView(DEFAULT_SPLITTING).chunker).toBe('length')
})

test('a change that names no chunker is given none by its schema', () => {
  expect(Value.Default(SplittingChange, { lengthMax: 300 })).toEqual({ lengthMax: 300 })
})
