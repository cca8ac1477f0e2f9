import { expect, test } from 'bun:test'
import { type CompareOperator, ComparisonError, compareOperators, compareValues } from './compare-values.ts'

type Row = [operator: CompareOperator, left: unknown, right: unknown, result: boolean | 'throws']

const rows: Row[] = [
  ['contains', '', '', true],
  ['contains', 'a cat', 'cat', true],
  ['contains', '', 'cat', false],
  ['contains', ['a', 'b'], 'b', true],
  ['contains', [1, 2], 2, true],
  ['contains', [{ a: 1 }], { a: 1 }, true],
  ['contains', [], 'b', false],
  ['contains', 5, 'b', false],
  ['contains', 'text', 5, 'throws'],
  ['not_contains', '', '', false],
  ['not_contains', '', 'cat', true],
  ['not_contains', 'a dog', 'cat', true],
  ['not_contains', 'a cat', 'cat', false],
  ['not_contains', ['a'], 'b', true],
  ['not_contains', 5, 'b', false],
  ['not_contains', null, 'b', true],
  ['start_with', 'hello', 'he', true],
  ['start_with', '', '', false],
  ['start_with', 5, '5', false],
  ['end_with', 'hello', 'lo', true],
  ['end_with', '', '', false],
  ['is', 'a', 'a', true],
  ['is', 'a', 'b', false],
  ['is', 3, '3', true],
  ['is', null, null, false],
  ['is', ['a'], ['a'], false],
  ['is', {}, {}, false],
  ['is_not', 'a', 'b', true],
  ['is_not', 3, 4, true],
  ['is_not', null, 'a', false],
  ['is_not', ['a'], 'a', false],
  ['empty', '  ', null, true],
  ['empty', [], null, true],
  ['empty', {}, null, true],
  ['empty', false, null, true],
  ['empty', 0, null, true],
  ['empty', 'x', null, false],
  ['empty', null, null, false],
  ['not_empty', 'x', null, true],
  ['not_empty', ' ', null, false],
  ['not_empty', [0], null, true],
  ['not_empty', null, null, false],
  ['eq', 3, '3', true],
  ['eq', 3, 3.9, true],
  ['eq', 3, '3.9', 'throws'],
  ['eq', 1.5, '1.5', true],
  ['eq', 3, 'x', 'throws'],
  ['eq', 'a', 'a', true],
  ['eq', '3', 3, false],
  ['eq', null, 0, false],
  ['eq', true, 1, true],
  ['ne', 3, '4', true],
  ['ne', 'a', 'b', true],
  ['ne', null, 1, false],
  ['gt', 3, '2', true],
  ['gt', 'b', 'a', false],
  ['gt', true, 0, true],
  ['gt', null, 0, false],
  ['ge', 3, 3, true],
  ['lt', 2.5, '3', true],
  ['le', 3, '2', false],
  ['le', [1], 2, false],
  ['null', null, null, true],
  ['null', '', null, false],
  ['not_null', '', null, true],
  ['not_null', null, null, false],
]

for (const [operator, left, right, result] of rows) {
  test(`${JSON.stringify(left)} ${operator} ${JSON.stringify(right)}: ${result}`, () => {
    if (result === 'throws') expect(() => compareValues(operator, left, right)).toThrow(ComparisonError)
    else expect(compareValues(operator, left, right)).toBe(result)
  })
}

test('every operator of the wire has its rows', () => {
  expect([...new Set(rows.map(([operator]) => operator))].toSorted()).toEqual([...compareOperators].toSorted())
})
