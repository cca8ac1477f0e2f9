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
import { type BundleManifest, readManifest } from './bundle-manifest.ts'
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
  return { root, program, part, place, programs: [program] }
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
  const isBuilt = () => bundle.programOf(root.program) !== root.program
  await waitFor(isBuilt, { what: 'the bundle', timeoutMs: 30_000 })
  const program = bundle.programOf(root.program)
  expect(program).toStartWith(root.place)
  expect(readdirSync(dirname(program))).toContain('program-0.js.jsc')
  expect(run(program)).toBe(`first ${dirname(root.part)}\n`) // where the source is, not where the bundle is
  expect(open(root).programOf(root.program)).toBe(program) // for the next supervisor, too
}, 60_000)

test('a source that has changed is never served from an older bundle, even with its old time', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  const old = bundle.programOf(root.program)
  expect(old).not.toBe(root.program)
  utimesSync(root.part, 1, 1)
  expect(bundle.programOf(root.program)).toBe(root.program)
  await build(root)
  const next = open(root)
  expect(next.programOf(root.program)).not.toBe(root.program)
  writeFileSync(root.part, `export const say = (text: string) => text.length\n`)
  utimesSync(root.part, 1, 1)
  expect(next.programOf(root.program)).toBe(root.program)
  expect(open(root).programOf(root.program)).toBe(root.program)
  rmSync(root.part)
  expect(next.programOf(root.program)).toBe(root.program)
}, 60_000)

test('a bundle that was stale is built anew, with the source of now', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  bundle.start()
  writeFileSync(root.program, `console.log('second')\n`)
  expect(bundle.programOf(root.program)).toBe(root.program)
  const isBuilt = () => bundle.programOf(root.program) !== root.program
  await waitFor(isBuilt, { what: 'the next bundle', timeoutMs: 40_000 })
  expect(run(bundle.programOf(root.program))).toBe('second\n')
}, 60_000)

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
    expect(running.programOf(root.program)).not.toBe(root.program)
    const path = outputs.find((output) => kind.test(output.path))?.path ?? ''
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255
    writeFileSync(path, bytes)
    expect(running.programOf(root.program)).toBe(root.program)
    expect(open(root).programOf(root.program)).toBe(root.program)
  }
  for (const text of ['', '{"programs":', '{}', 'null']) {
    writeFileSync(join(root.place, 'bundle.json'), text)
    expect(open(root).programOf(root.program)).toBe(root.program)
  }
}, 60_000)

test('a build that is killed leaves nothing that the next start would use', async () => {
  const root = makeRoot()
  for (let ms = 0; ms < 400; ms += 40) {
    const builder = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), root.place, root.root, root.program])
    await Bun.sleep(ms) // any moment of the build
    builder.kill('SIGKILL')
    await builder.exited
    const program = open(root).programOf(root.program)
    expect(run(program)).toBe(`first ${dirname(root.part)}\n`)
  }
  await build(root)
  expect(open(root).programOf(root.program)).not.toBe(root.program)
}, 60_000)

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
}, 60_000)

test('sources that cannot be bundled run as they are', async () => {
  const root = makeRoot()
  writeFileSync(root.part, 'this is no program')
  const builder = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), root.place, root.root, root.program], {
    stderr: 'pipe',
  })
  expect(await builder.exited).toBe(1)
  expect(await new Response(builder.stderr).text()).not.toBe('')
  expect(open(root).programOf(root.program)).toBe(root.program)
}, 60_000)

test('a bundle that let a process down is not used again, unless the source does the same', async () => {
  const root = makeRoot()
  await build(root)
  const bundle = open(root)
  const program = bundle.programOf(root.program)
  bundle.failedToStart(program)
  expect(bundle.programOf(root.program)).toBe(root.program)
  bundle.failedToStart(root.program)
  expect(bundle.programOf(root.program)).toBe(program)
}, 60_000)
