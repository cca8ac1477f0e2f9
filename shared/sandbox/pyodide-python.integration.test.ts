import { afterAll, expect, test } from 'bun:test'
import { createPyodidePython } from './pyodide-python.ts'

const sandbox = createPyodidePython()
afterAll(() => sandbox.stop())

const run = (source: string, inputs: Record<string, unknown>, signal = new AbortController().signal) =>
  sandbox.run({ language: 'python', source, inputs, signal })

test('inputs arrive as data, main gets them by name, and what is printed comes back', async () => {
  const x = '"""\n\'); import os # \u2028 \\ 漢字 {}'
  const source = `import json, re, math, datetime, collections, statistics, hashlib, base64
def same(v):
  return json.loads(json.dumps(v))
def main(x, n, gone, y=5, **rest):
  print("noise", n)
  return {"x": same(x), "n": n, "gone": gone, "y": y, "rest": rest}`
  expect(await run(source, { x, n: [1, { a: null }], k: true })).toEqual({
    value: { x, n: [1, { a: null }], gone: null, y: 5, rest: { k: true } },
    log: "noise [1, {'a': None}]\n",
  })
})

test('faults are told as they are under bubblewrap', async () => {
  const fault = (source: string) => run(source, { x: 1 }).catch((error: unknown) => error)
  const seen = await Promise.all([
    fault('y = 1'),
    fault('def main(x):\n  return 1 / 0'),
    fault('def main(x):\n  return {"a": {1, 2}}'),
  ])
  expect(seen).toMatchObject([
    { fault: 'no-main', message: 'the code defines no function main' },
    {
      fault: 'raised',
      message:
        'Traceback (most recent call last):\n    File "<stdin>", line 2, in main\nZeroDivisionError: division by zero\n',
    },
    { fault: 'result', message: 'the result is not JSON: Object of type set is not JSON serializable' },
  ])
})

test('a program finds nothing of the one before it', async () => {
  await run('import builtins\ndef main(x):\n  builtins.kept = x\n  open("/tmp/kept", "w").write("kept")\n  return {}', {
    x: 1,
  })
  const source =
    'import builtins, os\ndef main(x):\n  return {"kept": hasattr(builtins, "kept"), "files": os.listdir("/tmp")}'
  expect((await run(source, { x: 1 })).value).toEqual({ kept: false, files: [] })
})

test('an abort ends the program, and a spare is ready for the next', async () => {
  const cut = new AbortController()
  const running = run('def main(x):\n  while True: pass', { x: 1 }, cut.signal).catch((error: unknown) => error)
  await sandbox.prepare()
  cut.abort(new Error('enough'))
  expect(await running).toEqual(new Error('enough'))
  expect((await run('def main(x):\n  return {"x": x}', { x: 2 })).value).toEqual({ x: 2 })
})
