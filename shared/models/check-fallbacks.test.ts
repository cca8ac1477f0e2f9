import { expect, test } from 'bun:test'
import { findFallbackProblem } from './check-fallbacks.ts'

const model = (name: string, fallbacks: string[] = [], kind: 'chat' | 'embedding' | 'rerank' = 'chat') => ({
  name,
  kind,
  fallbacks,
})

test('a chain of known models of one kind may be saved', () => {
  const saved = [model('b', ['c']), model('c'), model('d', ['c'])]
  expect(findFallbackProblem(model('a', ['b', 'd']), saved)).toBeUndefined()
  expect(findFallbackProblem(model('a'), [])).toBeUndefined()
})

test('a model does not stand in for itself, directly or by others', () => {
  expect(findFallbackProblem(model('a', ['a']), [])).toEqual({ problem: 'loop', path: ['a', 'a'] })
  const saved = [model('b', ['c']), model('c', ['d', 'a']), model('d'), model('a')]
  expect(findFallbackProblem(model('a', ['b']), saved)).toEqual({ problem: 'loop', path: ['a', 'b', 'c', 'a'] })
})

test('unknown names, other kinds and embedding models are refused', () => {
  expect(findFallbackProblem(model('a', ['x']), [])).toEqual({ problem: 'unknown', name: 'x' })
  expect(findFallbackProblem(model('a', ['r']), [model('r', [], 'rerank')])).toEqual({
    problem: 'other-kind',
    name: 'r',
  })
  expect(findFallbackProblem(model('e', ['f'], 'embedding'), [model('f', [], 'embedding')])).toEqual({
    problem: 'no-stand-in',
  })
})

test('rows that were in a circle already do not hang the check', () => {
  expect(findFallbackProblem(model('a', ['b']), [model('b', ['c']), model('c', ['b'])])).toBeUndefined()
})
