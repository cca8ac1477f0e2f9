/**
 * Products of one vector with many, in WebAssembly with 128-bit SIMD: a fixed module of some two hundred bytes, assembled here. Four vectors are
 * multiplied at a time, so a part of the question is loaded once for all four; what is left is the speed of memory.
 *
 * In the text format, with `q`, `v`, `n`, `stride`, `out` as parameters and `v + k` short for `v + k * stride`:
 *
 * ```
 *   loop $rows                                         ;; four rows
 *     a0 = a1 = a2 = a3 = (i32x4 0 0 0 0);  p = q;  ahead = v;  end = v + stride
 *     loop $numbers                                    ;; sixteen numbers of each
 *       x = v128.load p;  y = v128.load offset=16 p    ;; eight 16-bit numbers of the question each
 *       ak += i32x4.dot_i16x8_s(v128.load8x8_s (v + k), x)
 *           + i32x4.dot_i16x8_s(v128.load8x8_s offset=8 (v + k), y)        ;; for k = 0, 1, 2, 3
 *       drop(i32.load8_u offset=PREFETCH_BYTES ahead);  ahead += 64    ;; the cache line that four rows further on is needed
 *       p += 32;  v += 16;  br_if $numbers (v < end)
 *     out[k] = lanes of ak added                       ;; for k = 0, 1, 2, 3
 *     v += 3 * stride;  out += 16;  n -= 4;  br_if $rows n
 * ```
 *
 * Opcodes: https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type VectorKernel = (
  /** `rows` above 0, a multiple of ROWS_AT_ONCE; `stride` numbers in a vector: above 0, a multiple of 16. The others are places in the memory, in bytes. */
  ...call: [
    /** 16-bit numbers, `stride` of them. */
    question: number,
    /** 8-bit numbers, `rows` times `stride` of them. */
    vectors: number,
    rows: number,
    stride: number,
    /** Where the products go, `rows` 32-bit numbers. */
    sums: number,
  ]
) => void

export const ROWS_AT_ONCE = 4
/**
 * Vectors are asked of the memory so long before they are multiplied: processors fetch ahead by themselves only within a page of 4 KiB. As far behind
 * the last vector there must be memory. Measured: a scan of 38 MB took 5.2 ms instead of 7.3.
 */
export const PREFETCH_BYTES = 1_024

/** A kernel over a memory. Where the processor has no SIMD that the engine can use, the same in plain JavaScript, about ten times slower. */
export const createVectorKernel = (memory: WebAssembly.Memory): VectorKernel => {
  compiled ??= compile(assembleKernel())
  if (compiled === 'unsupported') return createPlainKernel(memory)
  return new WebAssembly.Instance(compiled, { host: { memory } }).exports.scan as VectorKernel
}

let compiled: WebAssembly.Module | 'unsupported' | undefined

const compile = (bytes: Uint8Array<ArrayBuffer>) =>
  WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : 'unsupported'

export const createPlainKernel =
  (memory: WebAssembly.Memory): VectorKernel =>
  (...[question, vectors, rows, stride, sums]) => {
    const { buffer } = memory
    const left = new Int16Array(buffer, question, stride)
    const right = new Int8Array(buffer, vectors, rows * stride)
    const out = new Int32Array(buffer, sums, rows)
    for (let row = 0; row < rows; row++) {
      const start = row * stride
      let sum = 0
      for (let at = 0; at < stride; at++) sum += (left[at] as number) * (right[start + at] as number)
      out[row] = sum
    }
  }

/** Unsigned LEB128. */
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)])

const I32 = 0x7f
const V128 = 0x7b
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
/** For numbers below 64, whose signed encoding is one byte. */
const i32 = (value: number) => [0x41, value]
const ADD = [0x6a]
const SUBTRACT = [0x6b]
const LESS = [0x49] // i32.lt_u
const simd = (opcode: number, ...rest: number[]) => [0xfd, ...leb(opcode), ...rest]
const ZEROS = simd(0x0c, ...new Array<number>(16).fill(0))
const loadSixteenBytes = (offset: number) => simd(0x00, 0, offset)
const loadEightWidened = (offset: number) => simd(0x01, 0, offset) // v128.load8x8_s
const DOT = simd(0xba) // i32x4.dot_i16x8_s
const ADD_LANES = simd(0xae) // i32x4.add
const lane = (number: number) => simd(0x1b, number) // i32x4.extract_lane
const storeAt = (offset: number) => [0x36, 2, offset] // i32.store, aligned to 4
const loop = (...body: number[][]) => [0x03, 0x40, ...body.flat(), 0x0b]
/** The byte itself is of no use: i32.load8_u, drop. */
const PREFETCH = [0x2d, 0, ...leb(PREFETCH_BYTES), 0x1a]
/** i32.const 64: its signed encoding takes two bytes. Four rows of sixteen numbers are as many bytes. */
const CACHE_LINE = [0x41, 0xc0, 0x00]
const AGAIN_IF = [0x0d, 0]

const assembleKernel = (): Uint8Array<ArrayBuffer> => {
  const [question, vector, rows, stride, sums, end, place, row] = [0, 1, 2, 3, 4, 5, 6, 7] as const
  const ahead = 8
  const [left, right] = [9, 10] as const
  const products = [11, 12, 13, 14]
  const step = (local: number, by: number[], operation = ADD) => [...get(local), ...by, ...operation, ...set(local)]

  const multiplyRow = (product: number) => [
    ...[...get(product), ...get(row), ...loadEightWidened(0), ...get(left), ...DOT, ...ADD_LANES],
    ...[...get(row), ...loadEightWidened(8), ...get(right), ...DOT, ...ADD_LANES, ...set(product)],
  ]
  const numbers = loop(
    [...get(place), ...loadSixteenBytes(0), ...set(left), ...get(place), ...loadSixteenBytes(16), ...set(right)],
    [...get(vector), ...set(row), ...get(ahead), ...PREFETCH],
    step(ahead, CACHE_LINE),
    ...products.map((product, at) => [...(at > 0 ? step(row, get(stride)) : []), ...multiplyRow(product)]),
    step(place, i32(32)),
    step(vector, i32(16)),
    [...get(vector), ...get(end), ...LESS, ...AGAIN_IF],
  )
  const storeSum = (product: number, at: number) => [
    ...get(sums),
    ...[0, 1, 2, 3].flatMap((number) => [...get(product), ...lane(number), ...(number > 0 ? ADD : [])]),
    ...storeAt(at * 4),
  ]
  const scan = loop(
    ...products.map((product) => [...ZEROS, ...set(product)]),
    [...get(question), ...set(place), ...get(vector), ...set(ahead)],
    [...get(vector), ...get(stride), ...ADD, ...set(end)],
    numbers,
    ...products.map(storeSum),
    ...[1, 2, 3].map(() => step(vector, get(stride))),
    step(sums, i32(16)),
    step(rows, i32(ROWS_AT_ONCE), SUBTRACT),
    [...get(rows), ...AGAIN_IF],
  )
  return toModule({
    parameters: 5,
    locals: [
      [4, I32],
      [6, V128],
    ],
    code: scan,
  })
}

/** A module that takes `host.memory` and gives one function, `scan`. */
const toModule = (scan: {
  parameters: number
  locals: [number, number][]
  code: number[]
}): Uint8Array<ArrayBuffer> => {
  const text = (value: string) => [value.length, ...Buffer.from(value)]
  const section = (id: number, content: number[]) => [id, ...leb(content.length), ...content]
  const body = [scan.locals.length, ...scan.locals.flat(), ...scan.code, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, [1, 0x60, scan.parameters, ...new Array<number>(scan.parameters).fill(I32), 0]),
    ...section(2, [1, ...text('host'), ...text('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('scan'), 0x00, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ])
}
