import { confineProcess } from './confine-process.ts'
import { runJavaScript } from './run-javascript.ts'
import { DEFAULT_SANDBOX_LIMITS, JAVASCRIPT_MEMORY_BYTES } from './sandbox.ts'
import { serveRequests } from './serve-requests.ts'

/** What the largest program, its interpreter and the copies of what goes in and out may add to this process, bytes. */
const GROWTH_BYTES_MAX = 512 * 1024 * 1024

const wasm = new WebAssembly.Module(
  await Bun.file(Bun.fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))).arrayBuffer(),
)
// The first run loads what the later ones need, while files can still be opened.
await runJavaScript(wasm, {
  language: 'typescript',
  source: 'export default (inputs: object) => inputs',
  inputs: '{}',
  limits: { ...DEFAULT_SANDBOX_LIMITS, memoryBytes: JAVASCRIPT_MEMORY_BYTES },
})
// QuickJS in WebAssembly is a wall of its own; where the kernel offers none around it, programs run all the same.
confineProcess({ growthBytes: GROWTH_BYTES_MAX })
await serveRequests({}, (request) => runJavaScript(wasm, request))
