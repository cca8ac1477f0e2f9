/** A bundle is an opportunity: whatever is wrong with it, the sources of now are what runs. */
import { afterEach, expect, test } from 'bun:test'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createLogger } from '#shared/logging/logger.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { buildBundle } from './build-bundle.ts'
import { type BundleManifest, fileOf, readManifest } from './bundle-manifest.ts'
import type { Program } from './program.ts'
import { createProgramBundle, type ProgramBundle } from './program-bundle.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A repository with one program of two files. */
const makeRoot = () => {
  const root = mkdtempSync(join(tmpdir(), 'bundle-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  const [program, part, place] = [join(root, 'program.ts'), join(root, 'part/part.ts'), join(root, 'place')]
  mkdirSync(dirname(part))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'tsconfig.json'), '{}')
  writeFileSync(program, `import { say } from './part/part.ts'\nconsole.log(say('first'))\n`)
  writeFileSync(part, `export const say = (text: string) => [text, import.meta.dir].join(' ')\n`)
  return { root, program, part, place, programs: [{ source: program, without: [] }] as [Program, ...Program[]] }
}
type Root = ReturnType<typeof makeRoot>

const build = (root: Root): Promise<BundleManifest> =>
  waitFor(
    async () => {
      const built = await buildBundle(root)
      return built === 'changed' ? undefined : built // its files are only a moment old
    },
    { what: 'a bundle' },
  )

const open = (root: Root): ProgramBundle => {
  const bundle = createProgramBundle({
    ...root,
    logger: createLogger({ level: 'error', name: 'test' }),
    buildAfterMs: 0,
  })
  cleanups.push(() => bundle.stop())
  return bundle
}

const run = (program: string): string => {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, program], { cwd: '/' })
  return stdout.toString() + stderr.toString()
}

test('a bundle is built when it is missed, and then it is what runs', async () => {
  const root = makeRoot()
  const bundle = open(root)
  bundle.start()
  const isBuilt = () => bundle.fileOf(root.programs[0]) !== root.program
  await waitFor(isBuilt, { what: 'the bundle', timeoutMs: 45_000 })
  const program = bundle.fileOf(root.programs[0])
  expect(program).toStartWith(root.place)
  expect(readdirSync(dirname(program))).toContain('program-0.js.jsc')
  expect(run(program)).toBe(`first ${dirname(root.part)}\n`) // where the source is, not where the bundle is
  expect(open(root).fileOf(root.programs[0])).toBe(program) // for the next supervisor, too
}, 120_000)

test('a source that has changed is never served from an older bundle, even with its old time', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  const old = bundle.fileOf(root.programs[0])
  expect(old).not.toBe(root.program)
  utimesSync(root.part, 1, 1)
  expect(bundle.fileOf(root.programs[0])).toBe(root.program)
  await build(root)
  const next = open(root)
  expect(next.fileOf(root.programs[0])).not.toBe(root.program)
  writeFileSync(root.part, `export const say = (text: string) => text.length\n`)
  utimesSync(root.part, 1, 1)
  expect(next.fileOf(root.programs[0])).toBe(root.program)
  expect(open(root).fileOf(root.programs[0])).toBe(root.program)
  rmSync(root.part)
  expect(next.fileOf(root.programs[0])).toBe(root.program)
}, 120_000)

test('a bundle that was stale is built anew, with the source of now', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  bundle.start()
  writeFileSync(root.program, `console.log('second')\n`)
  expect(bundle.fileOf(root.programs[0])).toBe(root.program)
  const isBuilt = () => bundle.fileOf(root.programs[0]) !== root.program
  await waitFor(isBuilt, { what: 'the next bundle', timeoutMs: 40_000 })
  expect(run(bundle.fileOf(root.programs[0]))).toBe('second\n')
}, 120_000)

test('a source that is written while it is bundled yields no bundle', async () => {
  const root = makeRoot()
  const soon = setInterval(() => writeFileSync(root.part, readFileSync(root.part)), 1)
  expect(await buildBundle(root)).toBe('changed')
  clearInterval(soon)
  expect(readManifest(root.place)).toBeUndefined()
  expect(readdirSync(root.place)).toEqual([])
})

test('a damaged bundle is not used', async () => {
  const root = makeRoot()
  for (const kind of [/\.js$/, /\.jsc$/, /\.map$/]) {
    const { outputs } = await build(root)
    const running = open(root)
    expect(running.fileOf(root.programs[0])).not.toBe(root.program)
    const path = outputs.find((output) => kind.test(output.path))?.path ?? ''
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255
    writeFileSync(path, bytes)
    expect(running.fileOf(root.programs[0])).toBe(root.program)
    expect(open(root).fileOf(root.programs[0])).toBe(root.program)
  }
  for (const text of ['', '{"programs":', '{}', 'null']) {
    writeFileSync(join(root.place, 'bundle.json'), text)
    expect(open(root).fileOf(root.programs[0])).toBe(root.program)
  }
}, 120_000)

test('a build that is killed leaves nothing that the next start would use', async () => {
  const root = makeRoot()
  for (let ms = 0; ms < 400; ms += 40) {
    const builder = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), JSON.stringify(root)])
    await Bun.sleep(ms) // any moment of the build
    builder.kill('SIGKILL')
    await builder.exited
    const program = open(root).fileOf(root.programs[0])
    expect(run(program)).toBe(`first ${dirname(root.part)}\n`)
  }
  await build(root)
  expect(open(root).fileOf(root.programs[0])).not.toBe(root.program)
}, 120_000)

test('what lies there of earlier builds is removed once nobody can be about to read it', async () => {
  const root = makeRoot()
  const old = dirname((await build(root)).outputs[0]?.path ?? '')
  const other = dirname((await build(root)).outputs[0]?.path ?? '')
  copyFileSync(root.program, join(root.place, 'somebody-elses-file'))
  const anHourAgo = Date.now() / 1000 - 3_600
  utimesSync(old, anHourAgo, anHourAgo)
  const newest = dirname((await build(root)).outputs[0]?.path ?? '')
  const names = [other, newest].map((path) => path.slice(root.place.length + 1))
  expect(readdirSync(root.place).sort()).toEqual([...names, 'bundle.json', 'somebody-elses-file'].sort())
}, 120_000)

test('sources that cannot be bundled run as they are', async () => {
  const root = makeRoot()
  writeFileSync(root.part, 'this is no program')
  const builder = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), JSON.stringify(root)], {
    stderr: 'pipe',
  })
  expect(await builder.exited).toBe(1)
  expect(await new Response(builder.stderr).text()).not.toBe('')
  expect(open(root).fileOf(root.programs[0])).toBe(root.program)
}, 120_000)

test('a bundle that let a process down is not used again, unless the source does the same', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  const program = bundle.fileOf(root.programs[0])
  bundle.failedToStart(program)
  expect(bundle.fileOf(root.programs[0])).toBe(root.program)
  bundle.failedToStart(root.program)
  expect(bundle.fileOf(root.programs[0])).toBe(program)
}, 120_000)

test('a module that a program never loads is not in its bundle, and comes from its source when it is loaded after all', async () => {
  const root = makeRoot()
  writeFileSync(root.program, `import('./part/part.ts').then(({ say }) => console.log(say('asked')))\n`)
  const whole = root.programs[0]
  const without: Program = { source: root.program, without: [root.part] }
  const built = await build({ ...root, programs: [whole, without] })
  const texts = [whole, without].map((program) => readFileSync(fileOf(built, program) ?? '', 'utf8'))
  expect(texts.map((text) => text.includes("join(' ')") || text.includes('join(" ")'))).toEqual([true, false])
  expect([whole, without].map((program) => run(fileOf(built, program) ?? ''))).toEqual(
    Array.from({ length: 2 }, () => `asked ${dirname(root.part)}\n`),
  )
}, 120_000)

test('a program that is asked for joins the bundle, which keeps those of other supervisors', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  bundle.start()
  const without: Program = { source: root.program, without: [root.part] }
  expect(bundle.fileOf(without)).toBe(root.program)
  await waitFor(() => bundle.fileOf(without) !== root.program, { what: 'the next bundle', timeoutMs: 40_000 })
  expect(open(root).fileOf(root.programs[0])).not.toBe(root.program)
}, 120_000)
