/**
 * `npm test`: type check, lint, import rules, then unit, integration and end-to-end suites against a PostgreSQL that it starts itself. A suite
 * that needs a program this machine lacks is left out and named at the end with the line that installs it; with CI=true it is a failure.
 * The last line is always `N passed, N failed`. Paths given as arguments run those test files alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readCounts } from './read-counts.ts'
import { startTestPostgres } from './test-postgres.ts'
import { missingPrograms } from './test-programs.ts'

const root = resolve(import.meta.dir, '../..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const chosen = process.argv.slice(2)
const total = { passed: 0, failed: 0 }

/** Runs a command in the open and returns its exit code and what it printed. */
const run = async (command: string[], env: Record<string, string> = {}) => {
  const child = Bun.spawn(command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let text = ''
  const show = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) {
      const piece = decoder.decode(bytes, { stream: true })
      text += piece
      process.stdout.write(piece)
    }
  }
  await Promise.all([show(child.stdout), show(child.stderr)])
  return { code: await child.exited, text }
}

/** A check that passes or fails as a whole. */
const check = async (title: string, command: string[]) => {
  process.stdout.write(`\n== ${title}\n`)
  const { code } = await run(command)
  if (code === 0) total.passed += 1
  else total.failed += 1
}

/** A test runner: its own counts are added; one that died without a count is one failure. */
const suite = async (title: string, command: string[], env: Record<string, string>) => {
  process.stdout.write(`\n== ${title}\n`)
  const { code, text } = await run(command, env)
  const counts = readCounts(text)
  total.passed += counts.passed
  total.failed += counts.failed > 0 || code === 0 ? counts.failed : 1
}

const scratch = mkdtempSync(join(tmpdir(), 'orrery-tests-'))
const lacking = missingPrograms()
const clientTests = [...new Bun.Glob('services/console/client/*.node-test.ts').scanSync(root)]
const ignored = lacking.flatMap((program) => program.suites)

if (chosen.length === 0) {
  await check('types', [bin('tsc'), '--noEmit'])
  await check('lint', [bin('biome'), 'ci', '--colors=off', '--diagnostic-level=error', '.'])
  await check('import rules', [
    bin('depcruise'),
    'supervisor',
    'services',
    'shared',
    '--config',
    '.dependency-cruiser.cjs',
  ])
}
const postgres = await startTestPostgres(scratch)
try {
  const env = { TEST_POSTGRES_URL: postgres.url, ORRERY_SERVICE_PORTS: 'off', BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' }
  const bunTest = (files: string[], ignore: string[]) => [
    process.execPath,
    'test',
    '--timeout=60000',
    ...[...ignore, ...ignored].flatMap((pattern) => ['--path-ignore-patterns', pattern]),
    ...files,
  ]
  if (chosen.length > 0) {
    await suite('chosen tests', bunTest(chosen, []), env)
  } else {
    await suite('unit and integration tests', bunTest([], ['**/*.e2e.test.ts']), env)
    await suite('end-to-end tests', bunTest(['.e2e.test.ts'], []), env)
    await suite('typed client under Node.js', ['node', bin('tsx'), '--test', ...clientTests], env)
  }
} finally {
  await postgres.stop()
  rmSync(scratch, { recursive: true, force: true })
}

for (const { program, suites, install } of lacking) {
  process.stdout.write(
    `\nLeft out, because ${program} is not installed: ${suites.join(', ')}\n  install it with: ${install}\n`,
  )
  if (process.env.CI === 'true') total.failed += 1
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`)
process.exit(total.failed === 0 ? 0 : 1)
