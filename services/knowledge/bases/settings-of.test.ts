import { expect, test } from 'bun:test'
import { DEFAULT_RETRIEVAL } from './retrieval-settings.ts'
import { changeSettings, settingsOf } from './settings-of.ts'

test('a base whose owner set nothing has the defaults', () => {
  expect(settingsOf({ retrieval: {} })).toEqual(DEFAULT_RETRIEVAL)
})

test('what was set stands beside the defaults of the rest', () => {
  const retrieval = changeSettings({ retrieval: { scoreMin: 0.2 } }, { mode: 'lexical' })
  expect(retrieval).toEqual({ scoreMin: 0.2, mode: 'lexical' })
  expect(settingsOf({ retrieval })).toEqual({ ...DEFAULT_RETRIEVAL, scoreMin: 0.2, mode: 'lexical' })
})

test('what is set back to its default is not kept, so that a later default reaches it', () => {
  const base = { retrieval: { embeddingModel: 'small', weights: { lexical: 1, vector: 0.5 } } }
  expect(changeSettings(base, { embeddingModel: null, weights: DEFAULT_RETRIEVAL.weights })).toEqual({})
})
