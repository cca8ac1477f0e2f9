import { expect, test } from 'bun:test'
import { alignLines } from './align-lines.ts'

const strip = (source: string) => new Bun.Transpiler({ loader: 'ts' }).transformSync(source)

const SOURCE = `import type { Unknown } from 'unknown'

interface Order { id: string; lines: Line[] }
/* A line of an order,
   with its price. */
interface Line {
  price: number
  count: number
}

function total(order: Order): number {
  let sum: number = 0

  for (const line of order.lines) {
    // Prices are in cents.
    sum += line.price * line.count
  }
  return sum
}
function mean(order: Order): number {
  let sum: number = 0

  for (const line of order.lines) {
    sum += line.price * line.count
  }
  return sum /
    order.lines.length
}

export default ({ order }: { order: Order }) => ({ total: total(order), mean: mean(order) })
`

test('each line of the stripped text is found in the source, also of two that are alike', () => {
  const stripped = strip(SOURCE)
  const lineOf = alignLines(stripped, SOURCE)
  const source = SOURCE.split('\n')
  const words = (line: string | undefined) => line?.match(/\w+/g)?.slice(0, 2).join(' ')
  const pairs = stripped.split('\n').map((line, at) => [words(line), words(source[lineOf(at + 1) - 1])] as const)
  for (const [left, right] of pairs) {
    // A line that the parser joined from two is found in one of them.
    if (left?.includes(' ') && !/^(export|return)/.test(left)) expect(right).toBe(left)
  }
  const second = stripped.split('\n').findIndex((line) => line.startsWith('function mean'))
  expect(lineOf(second + 1)).toBe(20)
  expect(lineOf(second + 4)).toBe(24)
})

test('lines keep their order and stay in the source', () => {
  const stripped = strip(SOURCE)
  const lineOf = alignLines(stripped, SOURCE)
  const lines = stripped.split('\n').map((_, at) => lineOf(at + 1))
  expect(lines).toEqual(lines.toSorted((a, b) => a - b))
  expect(lines.at(-1)).toBeLessThanOrEqual(SOURCE.split('\n').length)
})

test('a program too long to be aligned keeps its numbers', () => {
  const long = 'a = 1\n'.repeat(3_000)
  expect(alignLines(long, `type A = 1\n${long}`)(7)).toBe(7)
})
