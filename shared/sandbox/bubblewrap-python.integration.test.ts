import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createBubblewrapPython } from './bubblewrap-python.ts'
import { CodeFailedError } from './errors.ts'
import type { SandboxLimits } from './sandbox.ts'

const sandbox = createBubblewrapPython()

const run = (source: string, inputs: Record<string, unknown> = { x: 1 }, limits: Partial<SandboxLimits> = {}) =>
  sandbox
    .run({ language: 'python', source, inputs, limits, signal: new AbortController().signal })
    .then(({ value }) => value)

const failure = async (source: string, limits: Partial<SandboxLimits> = {}): Promise<CodeFailedError> => {
  const error = await run(source, { x: 1 }, limits).then(
    (result) => new Error(`it returned ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof CodeFailedError)) throw error
  return error
}

/** Processes of this machine whose command line has the mark. */
const processesWith = (mark: string): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)
    } catch {
      return false
    }
  })

test('inputs arrive as data, whatever they contain', async () => {
  const x = '"""\n\'); import os # \u2028 \\ 漢字 {}'
  const source =
    'import json\ndef same(v):\n  return json.loads(json.dumps(v))\ndef main(x, n, gone):\n  print("noise")\n  return {"x": same(x), "n": n, "gone": gone}'
  expect(await run(source, { x, n: [1, { a: null }] })).toEqual({ x, n: [1, { a: null }], gone: null })
})

test('a parameter without its input keeps its default, and keywords take every input', async () => {
  expect(await run('def main(y=5, **rest):\n  return {"y": y, "rest": rest}', { x: 1 })).toEqual({
    y: 5,
    rest: { x: 1 },
  })
})

test.each([
  ['no main', 'y = 1', 'no-main', 'no function main'],
  ['a main without parameters', 'def main():\n  return {}', 'no-main', 'no parameters'],
  ['a syntax error', 'def main(x:\n', 'raised', 'SyntaxError'],
  ['an exception', 'def main(x):\n  return 1 / 0', 'raised', 'ZeroDivisionError'],
  ['an exit', 'def main(x):\n  raise SystemExit(0)', 'raised', 'SystemExit'],
  ['a list', 'def main(x):\n  return [1]', 'result', 'returned list'],
  ['what is not JSON', 'def main(x):\n  return {"a": {1, 2}}', 'result', 'not JSON'],
  ['a number that JSON lacks', 'def main(x):\n  return {"a": float("nan")}', 'result', 'not JSON'],
])('%s is told to the caller', async (_, source, fault, message) => {
  const error = await failure(source)
  expect(error.fault).toBe(fault as CodeFailedError['fault'])
  expect(error.message).toContain(message)
})

test('a traceback shows the lines of the program and nothing of the runner', async () => {
  const { message } = await failure('def main(x):\n  return 1 / 0')
  expect(message).toContain('File "<stdin>", line 2, in main')
  expect(message).not.toContain('"<string>"')
})

test('a loop without end is killed at the deadline', async () => {
  expect((await failure('def main(x):\n  while True: pass', { wallMs: 700 })).fault).toBe('deadline')
})

test('CPU time is limited before the deadline', async () => {
  const error = await failure('def main(x):\n  while True: pass', { cpuSeconds: 1, wallMs: 20_000 })
  expect(error.fault).toBe('limit')
})

test('memory is limited', async () => {
  expect((await failure('def main(x):\n  return {"n": len("a" * 2_000_000_000)}')).message).toContain('MemoryError')
})

test('a fork bomb ends at the process limit', async () => {
  const source =
    'import os, time\ndef main(x):\n  n = 0\n  while n < 500:\n    if os.fork() == 0: time.sleep(60)\n    n += 1\n  return {"n": n}'
  expect((await failure(source)).message).toContain('BlockingIOError')
})

test('printing and returning too much end the program', async () => {
  expect((await failure('def main(x):\n  while True: print("a" * 100000)')).fault).toBe('limit')
  expect((await failure('def main(x):\n  return {"a": "a" * 2000000}')).fault).toBe('limit')
})

test('there is no network', async () => {
  const source = 'import socket\ndef main(x):\n  socket.create_connection(("127.0.0.1", x), 2)\n  return {}'
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  try {
    const error = await run(source, { x: server.port }).catch((reason: unknown) => reason)
    expect(String(error)).toContain('ConnectionRefusedError')
  } finally {
    server.stop(true)
  }
})

test('files and the environment of the host are out of sight, also through links', async () => {
  process.env.SANDBOX_TEST_SECRET = 'not for programs'
  const source = `import os
def main(x):
  seen = []
  for path in ["/etc/shadow", "/etc/passwd", "/root", "/home", "/work", "/var", x, "/proc/1/root" + x]:
    try:
      os.symlink(path, "/tmp/link" + str(len(seen)))
      seen.append(os.listdir(path) if os.path.isdir(path) else open("/tmp/link" + str(len(seen))).read())
    except OSError as error:
      seen.append("")
  environments = "".join(open(f"/proc/{p}/environ", errors="replace").read() for p in os.listdir("/proc") if p.isdigit() and os.access(f"/proc/{p}/environ", os.R_OK))
  return {"seen": seen, "top": sorted(os.listdir("/")), "environments": environments, "processes": len([p for p in os.listdir("/proc") if p.isdigit()])}`
  const result = (await run(source, { x: import.meta.path })) as Record<string, unknown>
  expect(result.seen).toEqual(['', '', '', '', '', '', '', ''])
  expect(result.top).toEqual(['bin', 'dev', 'lib', 'lib64', 'proc', 'tmp', 'usr'])
  expect(result.environments).not.toContain('not for programs')
  expect(result.processes).toBeLessThanOrEqual(3)
})

test('the system is read-only and a file has a limit', async () => {
  expect((await failure('def main(x):\n  open("/usr/bin/mine", "w")\n  return {}')).message).toContain('OSError')
  const big = 'def main(x):\n  f = open("/tmp/f", "wb")\n  f.write(b"a" * 12_000_000)\n  return {}'
  expect((await failure(big)).message).toContain('OSError')
})

test('killing its parents ends the program alone', async () => {
  const source =
    'import os\ndef main(x):\n  os.system("kill -9 -1; kill -9 1")\n  os.kill(os.getppid(), 9)\n  os.kill(os.getpid(), 9)\n  return {}'
  expect((await failure(source)).fault).toBe('limit')
  expect(await run('def main(x):\n  return {"x": x}')).toEqual({ x: 1 })
})

test('an exit without a result is no result', async () => {
  expect((await failure('import os\ndef main(x):\n  os._exit(0)')).message).toContain('without a result')
})

test('an abort kills the program and everything it started', async () => {
  const mark = `mark_${crypto.randomUUID()}`
  const cut = new AbortController()
  const source = `import os, time
def main(mark):
  if os.fork() == 0: os.setsid()
  os.execve("/usr/bin/sleep", ["sleep", "60"], {"MARK": mark})`
  const running = sandbox
    .run({ language: 'python', source, inputs: { mark }, signal: cut.signal })
    .catch((reason: unknown) => reason)
  await waitFor(() => processesWith(mark).length === 2, { what: 'both processes' })
  cut.abort(new Error('enough'))
  expect(await running).toEqual(new Error('enough'))
  await waitFor(() => processesWith(mark).length === 0, { what: 'their end' })
})
