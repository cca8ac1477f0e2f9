import baseVariant from '@jitl/quickjs-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { clarifyFault, tellFault } from './clarify-fault.ts'
import { JAVASCRIPT_PRELUDE } from './javascript-prelude.ts'
import type { ProgramAnswer, ProgramRequest } from './program-answer.ts'
import { createProgramLog, type ProgramLog } from './program-log.ts'
import { type ReadProgram, readProgram } from './read-program.ts'

/** Most stack of a program, bytes. WebAssembly itself allows more, so the program's own error comes first. */
const STACK_BYTES_MAX = 256 * 1024
/** Memory of the interpreter around the program's own, bytes. */
const INTERPRETER_BYTES = 32 * 1024 * 1024
/** Pages that the interpreter begins with, as its binary declares. */
const PAGES_INITIAL = 256
const PAGE_BYTES = 65_536
/** Promise jobs between two looks at the clock. */
const JOBS_AT_ONCE = 1_000

/**
 * Runs one program in an interpreter of its own, made from the compiled QuickJS: no memory is shared with the program before or after it. Must run in
 * a confined process; whoever started that kills it when the deadline passes all the same.
 */
export const runJavaScript = async (
  wasmModule: WebAssembly.Module,
  request: ProgramRequest,
): Promise<ProgramAnswer> => {
  const { limits } = request
  const log = createProgramLog(limits.logBytes)
  const until = performance.now() + limits.wallMs
  const isLate = () => performance.now() > until
  const answer = (text: string): ProgramAnswer => ({ answer: text, log: log.text() })
  let program: ReadProgram
  try {
    program = readProgram(request.language === 'typescript' ? 'typescript' : 'javascript', request.source)
  } catch (error) {
    return answer(tellFault('raised', String(error)))
  }
  try {
    const context = newContext(await newInterpreter(wasmModule, limits.memoryBytes), limits.memoryBytes, isLate)
    const text = clarifyFault(execute(context, program, { inputs: request.inputs, log, isLate }), program, limits)
    if (Buffer.byteLength(text) <= limits.outputBytes) return answer(text)
    return answer(tellFault('limit', `more than ${limits.outputBytes} bytes of output`))
  } catch (error) {
    if (isLate()) return answer(tellFault('deadline', `not finished within ${limits.wallMs} ms`))
    return answer(clarifyFault(tellFault('limit', `the interpreter gave up: ${String(error)}`), program, limits))
  }
}

const newInterpreter = (wasmModule: WebAssembly.Module, memoryBytes: number): Promise<QuickJSWASMModule> => {
  const wasmMemory = new WebAssembly.Memory({
    initial: PAGES_INITIAL,
    maximum: Math.ceil((memoryBytes + INTERPRETER_BYTES) / PAGE_BYTES),
  })
  return newQuickJSWASMModuleFromVariant(newVariant(baseVariant, { wasmModule, wasmMemory }))
}

/** Never disposed of: the interpreter is thrown away whole, whatever state the program left it in. */
const newContext = (interpreter: QuickJSWASMModule, memoryBytes: number, isLate: () => boolean): QuickJSContext => {
  const runtime = interpreter.newRuntime()
  runtime.setMemoryLimit(memoryBytes)
  runtime.setMaxStackSize(STACK_BYTES_MAX)
  runtime.setInterruptHandler(isLate)
  runtime.setModuleLoader((name) => ({ error: new Error(`import is not available here: ${name}`) }))
  return runtime.newContext()
}

interface Host {
  inputs: string
  log: ProgramLog
  isLate(): boolean
}

/** Gives the answer as JSON. Throws what the interpreter could not go on after, which is how the deadline shows. */
const execute = (context: QuickJSContext, program: ReadProgram, host: Host): string => {
  const write = context.newFunction('write', (line) => host.log.write(context.getString(line)))
  const prelude = context.unwrapResult(context.evalCode(JAVASCRIPT_PRELUDE, 'prelude.js'))
  const hooks = context.unwrapResult(context.callFunction(prelude, context.undefined, write))
  const call = (name: string, ...values: QuickJSHandle[]) =>
    context.unwrapResult(context.callFunction(context.getProp(hooks, name), context.undefined, ...values))

  const loaded = load(context, program)
  if (host.isLate()) throw new Error('the deadline passed')
  if (loaded.error) call('refuse', loaded.error)
  else call('start', loaded.value, context.newString(host.inputs))
  for (;;) {
    const settled = call('settled')
    if (context.typeof(settled) === 'string') return context.getString(settled)
    const jobs = context.unwrapResult(context.runtime.executePendingJobs(JOBS_AT_ONCE))
    if (host.isLate()) throw new Error('the deadline passed')
    if (jobs === 0) return tellFault('raised', 'the promise of main can never settle: nothing is left to run')
  }
}

/** The exports of a module, or its promise of them; what a script calls main. */
const load = (context: QuickJSContext, { code, name, isModule }: ReadProgram) => {
  const loaded = context.evalCode(code, name, { type: isModule ? 'module' : 'global' })
  return loaded.error || isModule
    ? loaded
    : context.evalCode('typeof main === "undefined" ? undefined : main', 'prelude.js')
}
