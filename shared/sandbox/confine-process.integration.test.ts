import { expect, test } from 'bun:test'
import { readdirSync, readlinkSync } from 'node:fs'
import { syscallFilter } from './syscall-filter.ts'

const MODULE = new URL('./confine-process.ts', import.meta.url).href
const GROWTH_BYTES = 300 * 1024 * 1024

/** Runs a piece of code in a confined Bun: what it returns, or what it throws, as text. */
const confined = async (body: string, setup = ''): Promise<string> => {
  const script = `
    import { confineProcess } from '${MODULE}'
    ${setup}
    const refusal = confineProcess({ growthBytes: ${GROWTH_BYTES} })
    if (refusal) throw new Error(refusal)
    const result = await (async () => { ${body} })().catch((error) => 'threw ' + error)
    process.stdout.write(String(result))`
  const child = Bun.spawn([process.execPath, '-e', script], {
    env: {},
    cwd: '/',
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [printed, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  await child.exited
  return printed === '' ? `died ${complaint}` : printed
}

test('a confined process still computes, allocates, waits and compiles', async () => {
  const body = `
    await Bun.sleep(5)
    const all = Array.from({ length: 200 }, (_, i) => new Uint8Array(1e5).fill(i))
    Bun.gc(true)
    let sum = 0
    for (let i = 0; i < 1e6; i += 1) sum += i % 7
    return [all.length, sum, new Bun.Transpiler({ loader: 'ts' }).transformSync('let a: number = 1').trim()].join()`
  expect(await confined(body)).toBe('200,2999997,let a = 1;')
})

test.each([
  ['reading a file', 'return await Bun.file("/etc/passwd").text()'],
  ['listing a directory', 'return fs.readdirSync("/").join()'],
  ['looking at a file', 'return fs.statSync("/etc/passwd").size'],
  ['writing a file', 'fs.writeFileSync("/tmp/confined", "x"); return "written"'],
  ['removing a file', 'fs.rmSync("/tmp/confined"); return "removed"'],
  ['its own environment through /proc', 'return fs.readFileSync("/proc/self/environ", "utf8")'],
  ['the environment of its parent', 'return fs.readFileSync("/proc/" + process.ppid + "/environ", "utf8")'],
  ['starting a process', 'return Bun.spawnSync(["/usr/bin/id"]).stdout.toString()'],
  ['starting a shell', 'return childProcess.execSync("id").toString()'],
  ['signalling its parent', 'return process.kill(process.ppid, "SIGTERM")'],
  ['a socket', 'return libc.symbols.socket(2, 1, 0) < 0 ? "threw EPERM" : "a socket"'],
  ['a process by fork', 'return libc.symbols.fork() < 0 ? "threw EPERM" : "a process"'],
  ['a file by open', 'return libc.symbols.open(ptr(Buffer.from("/etc/passwd\\0")), 0) < 0 ? "threw EPERM" : "a file"'],
  [
    'the memory of another process',
    'return libc.symbols.ptrace(16, process.ppid, 0, 0) < 0 ? "threw EPERM" : "traced"',
  ],
  [
    'a signal to its parent through a pipe',
    'return libc.symbols.fcntl(1, 8, process.ppid) < 0 ? "threw EPERM" : "owned"',
  ],
  [
    'its limits raised',
    'return libc.symbols.setrlimit(2, ptr(new BigUint64Array([1n << 60n, 1n << 60n]))) < 0 ? "threw EPERM" : "raised"',
  ],
])('%s is refused by the kernel', async (_, body) => {
  const setup = `
    import * as fs from 'node:fs'
    import * as childProcess from 'node:child_process'
    import { dlopen, ptr } from 'bun:ffi'
    const int = (...args) => ({ args, returns: 'i32' })
    const libc = dlopen('libc.so.6', {
      socket: int('i32', 'i32', 'i32'), fork: int(), open: int('ptr', 'i32'),
      ptrace: int('i64', 'i64', 'i64', 'i64'), fcntl: int('i32', 'i32', 'i32'), setrlimit: int('i32', 'ptr'),
    })`
  expect(await confined(body, setup)).toMatch(/^threw/)
})

test('memory beyond the limit is refused', async () => {
  expect(await confined('return new Uint8Array(2 ** 30).length')).toMatch(/^(threw|died)/)
})

test('a child inherits no descriptor of its parent', async () => {
  await using server = Bun.serve({ port: 0, fetch: () => new Response('') })
  expect(server.port).toBeGreaterThan(0)
  const mine = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)]
    } catch {
      return []
    }
  })
  const setup = `import * as fs from 'node:fs'
    const links = fs.readdirSync('/proc/self/fd').flatMap((name) => { try { return [fs.readlinkSync('/proc/self/fd/' + name)] } catch { return [] } })`
  const inherited = JSON.parse(await confined('return JSON.stringify(links)', setup)) as string[]
  expect(mine.filter((link) => link.startsWith('socket:')).length).toBeGreaterThan(0)
  expect(inherited.filter((link) => link.startsWith('socket:') && mine.includes(link))).toEqual([])
})

test('both architectures have a filter, others none', () => {
  expect(syscallFilter('x64', 1)?.length).toBeGreaterThan(100)
  expect(syscallFilter('arm64', 1)?.length).toBeGreaterThan(100)
  expect(syscallFilter('s390x', 1)).toBeUndefined()
})
