import type { CodeFault } from '../errors.ts'

/** A program that ends its process, or uses all of a limit. */
export interface HostilePython {
  name: string
  source: string
  faults: readonly CodeFault[]
  message: string
}

const main = (body: string) => `def main(x):\n  ${body.replaceAll('\n', '\n  ')}`

export const HOSTILE_PYTHON: HostilePython[] = [
  {
    name: 'a loop without end',
    source: main('while True: pass'),
    faults: ['deadline'],
    message: 'not finished within',
  },
  {
    name: 'a loop that catches everything',
    source: main('while True:\n  try:\n    while True: pass\n  except BaseException: pass'),
    faults: ['deadline'],
    message: 'not finished within',
  },
  {
    name: 'a regular expression that backtracks',
    source: `import re\n${main('return {"a": bool(re.match("(a+)+$", "a" * 50 + "b"))}')}`,
    faults: ['deadline'],
    message: 'not finished within',
  },
  {
    name: 'a huge text',
    source: main('return {"a": len("a" * 2_000_000_000)}'),
    faults: ['raised'],
    message: 'MemoryError',
  },
  {
    name: 'a list without end',
    source: main('all = []\nwhile True: all.append("a" * 1_000_000 + str(len(all)))'),
    faults: ['raised', 'limit'],
    message: '',
  },
  { name: 'recursion without end', source: main('return main(x)'), faults: ['raised'], message: 'RecursionError' },
  {
    name: 'recursion beyond its own limit',
    source: `import sys\nsys.setrecursionlimit(10 ** 9)\n${main('return main(x)')}`,
    faults: ['raised', 'limit'],
    message: '',
  },
  {
    name: 'printing without end',
    source: main('while True: print("a" * 100_000)'),
    faults: ['limit'],
    message: 'bytes of output',
  },
  {
    name: 'a result that is too large',
    source: main('return {"a": "a" * 2_000_000}'),
    faults: ['limit'],
    message: 'bytes of output',
  },
  { name: 'leaving', source: `import os\n${main('os._exit(0)')}`, faults: ['raised', 'limit'], message: '' },
]

/**
 * Reaches the JavaScript around Python although the modules for it are gone: `js(code)` evaluates there, and `await_js` is not needed, because what
 * matters there is synchronous.
 */
export const REACH_JAVASCRIPT = `
import gc
def reach():
    for found in gc.get_objects():
        if type(found).__name__ == "JsProxy":
            try:
                return found.constructor.constructor
            except BaseException:
                pass
        if type(found) is dict:
            for value in list(found.values()):
                if type(value).__name__ == "JsProxy":
                    try:
                        return value.constructor.constructor
                    except BaseException:
                        pass
_function = reach()
def js(code):
    return _function("return " + code)()
`

/** Ways out of Python, each an expression. All must raise, or give what `allowed` says. */
export const PYTHON_ESCAPES: Record<string, string> = {
  'the module js': '__import__("js").fetch',
  'the module pyodide_js': '__import__("pyodide_js").FS',
  'code for JavaScript': '__import__("pyodide.code").code.run_js("1")',
  'a foreign function': '__import__("ctypes").CDLL(None).system(b"id")',
  'a file of the host': 'open("/etc/passwd").read()',
  'the environment of the process': 'open("/proc/self/environ").read()',
  'a process': '__import__("subprocess").run(["/usr/bin/id"])',
  'a fork': '__import__("os").fork()',
  'a connection': '__import__("socket").create_connection(("127.0.0.1", x), 1).send(b"x")',
  'a download': '__import__("urllib.request").request.urlopen("http://127.0.0.1:%d/" % x).read()',
  'a thread': '__import__("threading").Thread(target=print).start()',
}

/** The same from the JavaScript around Python, where only the kernel stands in the way. */
export const JAVASCRIPT_ESCAPES: Record<string, string> = {
  'a file of the host': 'process.getBuiltinModule("fs").readFileSync("/etc/passwd", "utf8")',
  'a directory of the host': 'process.getBuiltinModule("fs").readdirSync("/").join()',
  'a new file': 'process.getBuiltinModule("fs").writeFileSync("/tmp/escaped", "x")',
  "the parent's environment":
    'process.getBuiltinModule("fs").readFileSync("/proc/" + process.ppid + "/environ", "utf8")',
  'a shell': 'process.getBuiltinModule("child_process").execSync("id").toString()',
  'a process': 'Bun.spawnSync(["/usr/bin/id"]).stdout.toString()',
  'a signal to the parent': 'process.kill(process.ppid, "SIGTERM")',
  'a library': 'process.getBuiltinModule("fs").openSync("/usr/lib/x86_64-linux-gnu/libc.so.6")',
}
