import { afterAll, expect, test } from 'bun:test'
import { CodeFailedError } from './errors.ts'
import { createJavaScriptSandbox } from './javascript-sandbox.ts'
import type { CodeLanguage, SandboxLimits } from './sandbox.ts'

const sandbox = createJavaScriptSandbox()
afterAll(() => sandbox.stop())

interface Program {
  source: string
  language?: CodeLanguage
  inputs?: Record<string, unknown>
  limits?: Partial<SandboxLimits>
  signal?: AbortSignal
}

const run = ({ language = 'javascript', inputs = { a: 1, b: 'x' }, ...program }: Program) =>
  sandbox.run({ signal: new AbortController().signal, ...program, language, inputs })

const failure = async (program: Program): Promise<CodeFailedError> => {
  const error = await run(program).then(
    (result) => new Error(`it returned ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof CodeFailedError)) throw error
  return error
}

test.each([
  ['a function', 'function main({ a, b }) { return { a, b } }'],
  ['an async function', 'async function main(inputs) { await null; return inputs }'],
  ['a constant', 'const main = (inputs) => inputs'],
  ['an exported function', 'export function main(inputs) { return inputs }'],
  ['a default export', 'export default ({ a, b }) => ({ a, b })'],
  [
    'a default export after an await',
    'const same = await Promise.resolve((x) => x)\nexport default async (inputs) => same(inputs)',
  ],
])('main may be %s', async (_, source) => {
  expect((await run({ source })).value).toEqual({ a: 1, b: 'x' })
})

test('inputs arrive as data, whatever they contain', async () => {
  const a = `\`\${1}\`"\n'); \u2028 \\ 漢字 {} </script>`
  const inputs = { a, b: [1, { c: null }], __proto__: 1, constructor: 'k' }
  const { value } = await run({
    source: 'function main(inputs) { return { ...inputs, p: ({}).constructor.name } }',
    inputs,
  })
  expect(value).toEqual({ a, b: [1, { c: null }], constructor: 'k', p: 'Object' })
})

test('types are taken out, and what TypeScript adds works', async () => {
  const source = `
enum Unit { Gram = 'g', Litre = 'l' }
interface Inputs { a: number; b?: string }
type Doubled = { twice: number; unit: Unit }
class Keeper<T> { constructor(private readonly kept: T) {}  get(): T { return this.kept } }
export default async function main({ a }: Inputs): Promise<Doubled> {
  const keeper = new Keeper<number>(a as number)
  return { twice: keeper.get()! * 2, unit: Unit.Litre } satisfies Doubled
}`
  expect((await run({ language: 'typescript', source })).value).toEqual({ twice: 2, unit: 'l' })
})

test('a text is a result', async () => {
  expect((await run({ source: 'const main = ({ b }) => b + b' })).value).toBe('xx')
})

test('what is printed comes back, cut to its limit', async () => {
  const source =
    'function main({ a }) { console.log("got", { a }, [1n].length, new Error("odd").message); console.warn(Symbol("s")); return {} }'
  expect((await run({ source })).log).toBe('got {"a":1} 1 odd\nSymbol(s)')
  const loud = await run({
    source: 'function main() { for (let i = 0; i < 1e4; i++) console.log("é".repeat(100)); return {} }',
    limits: { logBytes: 1001 },
  })
  expect(loud.log).toEndWith('é\n… (cut)')
  expect(Buffer.byteLength(loud.log)).toBeLessThan(1050)
})

test.each([
  [
    'javascript',
    'function main() {\n\n  return deep()\n}\nfunction deep() {\n  throw new RangeError("too far")\n}',
    [3, 6],
  ],
  [
    'typescript',
    '// types above\ninterface A {\n  a: number\n}\n\nexport default (x: A): A => {\n  const y: number = x.a\n\n  return deep(y)\n}\n\n// deep\nfunction deep(y: number): never {\n\n  throw new RangeError("too far")\n}',
    [9, 15],
  ],
] as const)('an exception names the lines of the %s source', async (language, source, [main, deep]) => {
  const { fault, message } = await failure({ language, source })
  expect(fault).toBe('raised')
  expect(message).toStartWith('RangeError: too far\n    at deep (main.')
  expect(message.match(/main\.[jt]s:(\d+)/g)?.map((at) => Number(at.split(':')[1]))).toEqual([deep, main])
  expect(message).not.toContain('prelude')
})

test.each(['javascript', 'typescript'] as const)('a syntax error of %s names its line', async (language) => {
  const { fault, message } = await failure({ language, source: 'const x = 1\n\nfunction main( {' })
  expect(fault).toBe('raised')
  expect(message).toContain('SyntaxError')
  expect(message).toContain('line 3')
})

test('nothing of a program is left for the next one in the same process', async () => {
  await run({
    source:
      'function main() { globalThis.kept = 1; Object.prototype.kept = 2; JSON.parse = null; Array.prototype.map = null; return {} }',
  })
  const { value } = await run({
    source: 'function main({ a }) { return { kept: String(globalThis.kept), a: [a].map((x) => x) } }',
  })
  expect(value).toEqual({ kept: 'undefined', a: [1] })
})

test('an abort ends the program at once, and the next one runs', async () => {
  const cut = new AbortController()
  const running = run({ source: 'function main() { for (;;); }', signal: cut.signal }).catch((error: unknown) => error)
  await run({ source: 'function main() { return {} }' })
  cut.abort(new Error('enough'))
  expect(await running).toEqual(new Error('enough'))
  expect((await run({ source: 'function main() { return { still: true } }' })).value).toEqual({ still: true })
})
