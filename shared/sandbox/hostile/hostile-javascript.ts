import type { CodeFault } from '../errors.ts'

/** A program that means harm, and how it must end: by a fault whose message has a text, or with a result. */
export interface HostileProgram {
  name: string
  source: string
  ends: { fault: CodeFault | readonly CodeFault[]; message: string } | { result: unknown }
}

const main = (body: string) => `function main(inputs) { ${body} }`
const raised = (message: string) => ({ fault: 'raised', message }) as const
const refusedResult = (message: string) => ({ fault: 'result', message }) as const
const late = { fault: 'deadline', message: 'not finished within' } as const
/** The interpreter's stack or that of the process around it, whichever is full first. */
const deep = { fault: ['raised', 'result', 'limit'], message: 'stack' } as const
const full = { fault: 'limit', message: '16 MiB of memory' } as const

export const HOSTILE_JAVASCRIPT: HostileProgram[] = [
  // Time.
  { name: 'a loop without end', source: main('for (;;);'), ends: late },
  {
    name: 'a loop that catches its interruption',
    source: main('for (;;) { try { for (;;); } catch {} finally { continue } }'),
    ends: late,
  },
  { name: 'a loop before main', source: 'for (;;);', ends: late },
  { name: 'a module that loops', source: 'for (;;); export default 1', ends: late },
  { name: 'promises without end', source: 'async function main() { for (;;) await 1 }', ends: late },
  {
    name: 'promise reactions without end',
    // Each reaction forgets the one before: a chain of them would be a race between memory and time.
    source: main('const go = () => { Promise.resolve().then(go) }; go(); return new Promise(() => {})'),
    ends: late,
  },
  {
    name: 'a regular expression that backtracks',
    source: main('return { a: /(a+)+$/.test("a".repeat(50) + "b") }'),
    ends: late,
  },
  { name: 'a comparison without end', source: main('return { a: [3, 2, 1].sort(() => { for (;;); }) }'), ends: late },
  { name: 'a getter without end in the result', source: main('return { get a() { for (;;); } }'), ends: late },
  {
    name: 'a promise that nothing settles',
    source: main('return new Promise(() => {})'),
    ends: raised('can never settle'),
  },
  {
    name: 'a module that waits for nothing',
    source: 'await new Promise(() => {})\nexport default () => ({})',
    ends: raised('can never settle'),
  },
  {
    name: 'a text that takes long to compile',
    source: `${Array.from({ length: 100_000 }, (_, at) => `const v${at} = ${at}`).join('\n')}\n${main('')}`,
    ends: late,
  },
  // Memory and depth.
  { name: 'a text that is nested too deep', source: `${'['.repeat(1e6)}`, ends: deep },
  {
    name: 'an array without end',
    source: main('const all = []; for (;;) all.push("x".repeat(1e5) + all.length)'),
    ends: full,
  },
  { name: 'a text without end', source: main('let t = "xy"; for (;;) t = t + t + "z"'), ends: raised('string') },
  { name: 'a huge buffer', source: main('return { a: new Uint8Array(1e9).length }'), ends: full },
  { name: 'a huge array', source: main('return { a: new Array(1e9).fill(0).length }'), ends: full },
  {
    name: 'a closure without end',
    source: main('let f = () => 1; for (;;) { const g = f; f = () => g() }'),
    ends: { fault: ['raised', 'limit'], message: '16 MiB of memory' },
  },
  { name: 'recursion without end', source: main('return main(inputs)'), ends: raised('stack overflow') },
  {
    name: 'a text that parses too deep',
    source: main('return JSON.parse("[".repeat(1e6))'),
    ends: deep,
  },
  {
    name: 'a result that is too deep',
    source: main('let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a'),
    ends: deep,
  },
  {
    name: 'proxies too deep',
    source: main('let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return { a: p.x }'),
    ends: raised('stack overflow'),
  },
  {
    name: 'a result that is too large',
    source: main('return { a: "x".repeat(2e6) }'),
    ends: { fault: 'limit', message: 'bytes of output' },
  },
  {
    name: 'printing too much',
    source: main('for (let i = 0; i < 300; i++) console.log("x".repeat(1e5)); return {}'),
    ends: { result: {} },
  },
  // Odd values.
  { name: 'throwing undefined', source: main('throw undefined'), ends: raised('Uncaught undefined') },
  { name: 'throwing null', source: main('throw null'), ends: raised('Uncaught null') },
  { name: 'throwing a symbol', source: main('throw Symbol("s")'), ends: raised('Uncaught Symbol(s)') },
  { name: 'throwing an object', source: main('throw { a: 1 }'), ends: raised('Uncaught {"a":1}') },
  {
    name: 'throwing what cannot be shown',
    source: main('throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })'),
    ends: raised('cannot be shown'),
  },
  {
    name: 'an error that throws when it is read',
    source: main('const e = new Error("x"); Object.defineProperty(e, "message", { get() { throw e } }); throw e'),
    ends: raised('cannot be shown'),
  },
  { name: 'a rejection with nothing', source: main('return Promise.reject()'), ends: raised('Uncaught undefined') },
  { name: 'no result', source: main(''), ends: refusedResult('returned undefined') },
  { name: 'null', source: main('return null'), ends: refusedResult('returned null') },
  { name: 'an array', source: main('return [1]'), ends: refusedResult('returned an array') },
  { name: 'a number', source: main('return 1'), ends: refusedResult('returned number') },
  { name: 'a symbol', source: main('return Symbol("a")'), ends: refusedResult('returned symbol') },
  { name: 'a function', source: main('return main'), ends: refusedResult('returned function') },
  { name: 'a big integer inside', source: main('return { a: 1n }'), ends: refusedResult('not JSON') },
  { name: 'a circle', source: main('const a = {}; a.a = a; return a'), ends: refusedResult('not JSON') },
  { name: 'no number', source: main('return { a: [0 / 0] }'), ends: refusedResult('NaN') },
  {
    name: 'a toJSON that throws',
    source: main('return { toJSON() { throw new Error("no") } }'),
    ends: refusedResult('no'),
  },
  { name: 'a toJSON that gives nothing', source: main('return { toJSON() {} }'), ends: refusedResult('not JSON') },
  {
    name: 'a toJSON that gives an array',
    source: main('return { toJSON: () => [1] }'),
    ends: { fault: 'limit', message: 'ended its interpreter' },
  },
  // No main.
  { name: 'nothing', source: '1', ends: { fault: 'no-main', message: 'no function main' } },
  {
    name: 'a main that is no function',
    source: 'var main = 1',
    ends: { fault: 'no-main', message: 'no function main' },
  },
  { name: 'another export', source: 'export const other = 1', ends: { fault: 'no-main', message: 'no function main' } },
  // Ways out.
  {
    name: 'the names of a host',
    source: main(
      'return { a: [typeof process, typeof Bun, typeof Deno, typeof fetch, typeof WebSocket, typeof XMLHttpRequest, typeof setTimeout, typeof Worker, typeof WebAssembly].join() }',
    ),
    ends: { result: { a: Array(9).fill('undefined').join() } },
  },
  { name: 'calling require', source: main('return require("fs")'), ends: raised("'require' is not defined") },
  {
    name: 'importing a module',
    source: 'import fs from "node:fs"\nexport default () => ({ a: fs.readFileSync("/etc/passwd", "utf8") })',
    ends: raised('import is not available here: node:fs'),
  },
  {
    name: 'importing later',
    source: 'async function main() { return { a: await import("node:fs") } }',
    ends: raised('import is not available here: node:fs'),
  },
  {
    name: 'importing a file',
    source: 'async function main() { return { a: await import("/etc/passwd") } }',
    ends: raised('import is not available here: /etc/passwd'),
  },
  {
    name: 'a macro of the parser',
    source:
      'import { execSync } from "node:child_process" with { type: "macro" }\nconst out = String(execSync("id"))\nexport default () => ({ out })',
    ends: raised('Macros are disabled'),
  },
  {
    name: 'the constructor of a function',
    source: main('return { a: main.constructor("return typeof process + typeof Bun")() }'),
    ends: { result: { a: 'undefinedundefined' } },
  },
  {
    name: 'the constructor of console.log',
    source: main('return { a: console.log.constructor("return Object.keys(globalThis).join() + typeof write")() }'),
    ends: { result: { a: 'mainundefined' } },
  },
  { name: 'what called main', source: main('return { a: String(main.caller) }'), ends: { result: { a: 'undefined' } } },
  {
    name: 'a polluted prototype',
    source: main('Object.prototype.fault = "no-main"; Object.prototype.message = "m"; return { a: 1 }'),
    ends: { result: { a: 1 } },
  },
  {
    name: 'a prototype as a key of the result',
    source: main('return JSON.parse(\'{"__proto__": {"polluted": 1}, "a": 1}\')'),
    ends: { result: JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}') },
  },
  {
    name: 'replaced built-ins',
    source: main(
      'JSON.stringify = () => "{}"; Promise.prototype.then = null; Reflect.apply = null; String.prototype.slice = null; Array.isArray = () => true; return { a: 1 }',
    ),
    ends: { result: { a: 1 } },
  },
  {
    name: 'a stack that is prepared',
    source: main('Error.prepareStackTrace = (e, s) => { throw s }; throw new Error("x")'),
    ends: raised(''),
  },
  {
    name: 'leaving by a break in the text',
    source: main('return { a: "`$" + "{1}` */ // \\u2028 \\0" }'),
    ends: { result: { a: `\`\${1}\` */ // \u2028 \0` } },
  },
  {
    name: 'a shared buffer for a clock',
    source: main('return { a: Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }'),
    ends: raised(''),
  },
]
