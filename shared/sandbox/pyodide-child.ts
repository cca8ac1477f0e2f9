import { loadPyodide } from 'pyodide'
import { confineProcess } from './confine-process.ts'
import { limitWasmMemory } from './limit-wasm-memory.ts'
import { PYODIDE_PRELUDE } from './pyodide-prelude.ts'
import { pythonProgram } from './python-runner.ts'
import { runPyodide } from './run-pyodide.ts'
import { DEFAULT_SANDBOX_LIMITS } from './sandbox.ts'
import { serveRequests } from './serve-requests.ts'

/** What this process may map beyond Python's own memory: compiled code and the copies of what goes in and out, bytes. */
const OVERHEAD_BYTES = 384 * 1024 * 1024

limitWasmMemory(DEFAULT_SANDBOX_LIMITS.memoryBytes)
const python = await loadPyodide({ jsglobals: Object.freeze({ __proto__: null }), fullStdLib: false })
python.runPython(await pythonProgram())
python.runPython(PYODIDE_PRELUDE)
const run = runPyodide(python)
// The first run loads what the later one needs, while files can still be opened.
run({
  language: 'python',
  source: 'def main(x):\n  print(x)\n  return {"x": x}',
  inputs: '{"x": 1}',
  limits: DEFAULT_SANDBOX_LIMITS,
})

// Python can reach the JavaScript around it, so the kernel is the wall. Where it offers none, nothing runs.
const refusal = confineProcess({ growthBytes: DEFAULT_SANDBOX_LIMITS.memoryBytes + OVERHEAD_BYTES })
await serveRequests(refusal === undefined ? {} : { refusal }, run)
