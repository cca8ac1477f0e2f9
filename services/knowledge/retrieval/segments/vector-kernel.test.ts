import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { createPlainKernel, createVectorKernel, ROWS_AT_ONCE, type VectorKernel } from './vector-kernel.ts'

const QUESTION = 0
const VECTORS = 32_768
const SUMS = 3 * 65_536
const random = seededRandom(3)
const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))

const scan = (
  create: (memory: WebAssembly.Memory) => VectorKernel,
  world: { question: number[]; rows: number[][] },
) => {
  const memory = new WebAssembly.Memory({ initial: 5 })
  const stride = world.question.length
  new Int16Array(memory.buffer, QUESTION, stride).set(world.question)
  new Int8Array(memory.buffer, VECTORS, stride * world.rows.length).set(world.rows.flat())
  create(memory)(QUESTION, VECTORS, world.rows.length, stride, SUMS)
  return [...new Int32Array(memory.buffer, SUMS, world.rows.length + 1)]
}

const draw = (stride: number, rows: number) => ({
  question: Array.from({ length: stride }, () => whole(-2_047, 2_047)),
  rows: Array.from({ length: rows }, () => Array.from({ length: stride }, () => whole(-127, 127))),
})

test.each([16, 32, 48, 384, 1_536])(
  'products of vectors of %d numbers are those of school arithmetic, and nothing is written behind them',
  (stride) => {
    for (const rows of [ROWS_AT_ONCE, 3 * ROWS_AT_ONCE, 20 * ROWS_AT_ONCE]) {
      const world = draw(stride, rows)
      const expected = world.rows.map((row) =>
        row.reduce((sum, value, at) => sum + value * (world.question[at] ?? 0), 0),
      )
      expect(scan(createVectorKernel, world)).toEqual([...expected, 0])
      expect(scan(createPlainKernel, world)).toEqual([...expected, 0])
    }
  },
)

test('the largest products of the longest vectors fit', () => {
  const stride = 8_192
  const world = {
    question: new Array<number>(stride).fill(2_047),
    rows: [1, -1, 1, -1].map((sign) => new Array<number>(stride).fill(127 * sign)),
  }
  const product = 2_047 * 127 * stride
  expect(scan(createVectorKernel, world)).toEqual([product, -product, product, -product, 0])
})

test('this machine runs the kernel in SIMD, or the test above compared plain code with itself', () => {
  const kernel = createVectorKernel(new WebAssembly.Memory({ initial: 2 }))
  expect(String(kernel)).toContain('[native code]')
})
