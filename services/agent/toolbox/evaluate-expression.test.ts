import { expect, test } from 'bun:test'
import { evaluateExpression } from './evaluate-expression.ts'

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['100 / 10 / 2', 5],
  ['7 % 4', 3],
  ['2 ^ 3 ^ 2', 512],
  ['2 ** 3', 8],
  ['-2 ^ 2', -4],
  ['2 ^ -1', 0.5],
  ['--3', 3],
  ['+3 - -2', 5],
  ['.5 + 1.', 1.5],
  ['1e3 + 2E-1', 1000.2],
  ['sqrt(16) + abs(-2)', 6],
  ['max(1, 2 * 3, 4)', 6],
  ['round(2 * PI)', 6],
  ['  ( ( 4 ) )  ', 4],
  ['9007199254740991', 9007199254740991],
])('%s = %d', (expression, value) => expect(evaluateExpression(expression)).toBeCloseTo(value, 10))

test.each([
  ['', 'a number'],
  ['1 +', 'a number'],
  [
    '(1 + 2',
    '")"' /* what is missing is named */
      .replaceAll('"', ''),
  ],
  ['1 2', 'the end'],
  ['1 / 0', 'Division by zero'],
  ['5 % 0', 'Division by zero'],
  ['constructor', 'a number'],
  ['toString()', 'a number'],
  ['process.exit(1)', '.exit'],
  ['1; 2', ';'],
  ['sqrt 4', '('],
  ['1 + "2"', '"2"'],
  ['('.repeat(500), 'nested deeper'],
  ['1+'.repeat(600), 'longer than'],
])('%s is refused with the reason', (expression, reason) => {
  expect(() => evaluateExpression(expression)).toThrow(reason)
})
