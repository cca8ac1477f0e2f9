/**
 * `npm test`: type check, lint, import rules, then unit, integration and end-to-end suites, side by side, against a PostgreSQL that it starts
 * itself. A suite that needs a program this machine lacks is left out and named at the end with the line that installs it; with CI=true it is
 * a failure. A few files that failed beside others are run once more, alone, and told when they pass then. At the end stand the time of each suite, the errors and names of all tests that failed, and as the last line always
 * `N passed, N failed`. Paths given as arguments run those test files alone.
 */
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { makeScratchDirectory } from './choose-scratch.ts'
import { type PlannedSuite, planSuites } from './plan-suites.ts'
import type { TestFailure } from './read-test-output.ts'
import { reportTests, type SuiteResult } from './report-tests.ts'
import { runSuites, type Suite } from './run-suites.ts'
import { afterSecondChance, filesForSecondChance } from './second-chance.ts'
import { startTestPostgres } from './test-postgres.ts'
import { missingPrograms } from './test-programs.ts'

/** For one test, on a machine that is slow and busy. */
const TEST_MS_MAX = 120_000

const root = resolve(import.meta.dir, '../..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const chosen = process.argv.slice(2)
const scratch = makeScratchDirectory()
const lacking = missingPrograms()
const stopped = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort())

const options = {
  root,
  processors: availableParallelism(),
  signal: stopped.signal,
  print: (text: string) => {
    process.stdout.write(text)
  },
}

const checks: Suite[] = [
  { title: 'types', command: [bin('tsc'), '--noEmit'], load: 1 },
  { title: 'lint', command: [bin('biome'), 'ci', '--colors=off', '--diagnostic-level=error', '.'], load: 1 },
  {
    title: 'import rules',
    command: [bin('depcruise'), 'supervisor', 'services', 'shared', '--config', '.dependency-cruiser.cjs'],
    load: 1,
  },
].map((check) => ({ ...check, env: {}, whole: true }))

const isLeftOut = (file: string) =>
  lacking.some(({ suites }) => suites.some((pattern) => new Bun.Glob(pattern).match(file)))

/** Test files of the repository; folders of data and packages are not looked into. */
const testFiles = (): string[] =>
  ['supervisor', 'services', 'shared', 'deploy', 'bench']
    .flatMap((folder) =>
      [...new Bun.Glob('**/*.test.ts').scanSync(join(root, folder))].map((file) => `${folder}/${file}`),
    )
    .filter((file) => !file.includes('node_modules/') && !isLeftOut(file))
    .sort()

let results: SuiteResult[] = []
let forgiven: TestFailure[] = []
const postgres = await startTestPostgres(scratch)
try {
  const env = {
    TMPDIR: scratch,
    TEST_POSTGRES_URL: postgres.url,
    ORRERY_SERVICE_PORTS: 'off',
    BUN_CONFIG_MAX_HTTP_REQUESTS: '65535',
  }
  const bunTest = (files: readonly string[]) => [process.execPath, 'test', `--timeout=${TEST_MS_MAX}`, ...files]
  const toSuite = ({ title, files, load }: PlannedSuite): Suite => ({
    title,
    command: bunTest(files.map((file) => `./${file}`)), // with the dot it is this file, without it every path that contains it
    env,
    load,
  })
  if (chosen.length > 0) {
    results.push(...(await runSuites([{ title: 'chosen tests', command: bunTest(chosen), env, load: 1 }], options)))
  } else {
    const plan = planSuites(testFiles())
    const clientTests = [...new Bun.Glob('services/console/client/*.node-test.ts').scanSync(root)]
    const client: Suite = {
      title: 'typed client under Node.js',
      command: ['node', bin('tsx'), '--test', ...clientTests],
      env,
      load: 1,
    }
    results.push(...(await runSuites([...checks, ...plan.together.map(toSuite), client], options)))
    results.push(...(await runSuites(plan.alone.map(toSuite), { ...options, processors: 1 })))
    const again: { file: string; passed: boolean }[] = []
    for (const file of stopped.signal.aborted ? [] : filesForSecondChance(results)) {
      const [result] = await runSuites(
        [{ title: `again, alone: ${file}`, command: bunTest([`./${file}`]), env, load: 1 }],
        options,
      )
      again.push({ file, passed: result?.failed === 0 && result.passed > 0 })
    }
    ;({ results, forgiven } = afterSecondChance(results, again))
  }
} finally {
  await postgres.stop()
  rmSync(scratch, { recursive: true, force: true })
}

process.stdout.write(`\n${reportTests(results)}\n`)
if (forgiven.length > 0) {
  process.stdout.write('\n== failed beside others, passed when run again alone\n')
  for (const { file, name } of forgiven) process.stdout.write(`${file} > ${name}\n`)
}
const passed = results.reduce((sum, result) => sum + result.passed, 0)
let failed = results.reduce((sum, result) => sum + result.failed, 0)
if (stopped.signal.aborted) {
  process.stdout.write('\nThe run was stopped before its end.\n')
  failed += 1
}
if (lacking.length > 0 && process.env.CI === 'true') failed += lacking.length
for (const { program, suites, install } of lacking) {
  process.stdout.write(
    `\nLeft out, because ${program} is not installed: ${suites.join(', ')}\n  install it with: ${install}\n`,
  )
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
