import { afterAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { CodeFailedError } from '../errors.ts'
import { createPyodidePython } from '../pyodide-python.ts'
import { HOSTILE_PYTHON, JAVASCRIPT_ESCAPES, PYTHON_ESCAPES, REACH_JAVASCRIPT } from './hostile-python.ts'

/** Time for a program that is meant to use all of it, and for one that is to meet another limit first, ms. */
const SHORT_MS = 500
const LONG_MS = 30_000

const sandbox = createPyodidePython()
afterAll(() => sandbox.stop())

const run = (source: string, inputs: Record<string, unknown> = { x: 1 }, wallMs = LONG_MS) =>
  sandbox.run({ language: 'python', source, inputs, limits: { wallMs }, signal: new AbortController().signal })

test.each(HOSTILE_PYTHON.map((program) => [program.name, program] as const))(
  '%s ends as it must',
  async (_, { source, faults, message }) => {
    const wallMs = faults.includes('deadline') ? SHORT_MS : LONG_MS
    const error: unknown = await run(source, { x: 1 }, wallMs).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CodeFailedError)
    expect(faults).toContain((error as CodeFailedError).fault)
    expect((error as CodeFailedError).message).toContain(message)
  },
)

test('and the next program runs', async () => {
  expect((await run('def main(x):\n  return {"x": x}')).value).toEqual({ x: 1 })
})

/** A program that tries every expression: what each gave, or `raised …`. */
const tryAll = (prelude: string, expressions: Record<string, string>): string =>
  `${prelude}
EXPRESSIONS = ${JSON.stringify(expressions)}
def main(x):
  seen = {}
  for name, expression in EXPRESSIONS.items():
    try:
      seen[name] = "got " + repr(eval(expression, {**globals(), "x": x}))
    except BaseException as error:
      seen[name] = "raised " + type(error).__name__ + ": " + str(error)
  return seen`

test('no way out of Python leads anywhere', async () => {
  let connections = 0
  await using server = Bun.serve({
    port: 0,
    fetch: () => {
      connections += 1
      return new Response('')
    },
  })
  const { value } = await run(
    tryAll('', { ...PYTHON_ESCAPES, shell: '__import__("os").system("id > /tmp/escaped")' }),
    {
      x: server.port,
    },
  )
  const { shell, ...others } = value as Record<string, string>
  expect(Object.entries(others).filter(([, seen]) => !seen.startsWith('raised'))).toEqual([])
  expect(shell).not.toBe('got 0')
  expect(connections).toBe(0)
  expect(existsSync('/tmp/escaped')).toBe(false)
})

test('who reaches the JavaScript around Python meets the kernel', async () => {
  process.env.SANDBOX_TEST_SECRET = 'not for programs'
  const scripts = Object.fromEntries(
    Object.entries(JAVASCRIPT_ESCAPES).map(([name, script]) => [name, `js(${JSON.stringify(script)})`]),
  )
  const reached = { reached: 'js("process.pid")', environment: 'js("JSON.stringify(process.env)")' }
  const { value } = await run(tryAll(REACH_JAVASCRIPT, { ...reached, ...scripts }))
  const { reached: pid, environment, ...others } = value as Record<string, string>
  // Otherwise the rest shows nothing.
  expect(pid).toMatch(/^got \d+$/)
  expect(environment).not.toContain('not for programs')
  expect(Object.entries(others).filter(([, seen]) => !seen.startsWith('raised'))).toEqual([])
  expect(existsSync('/tmp/escaped')).toBe(false)
})
