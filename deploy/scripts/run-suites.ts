import { readCounts } from './read-counts.ts'
import { FILE_LINE, readTestOutput } from './read-test-output.ts'
import type { SuiteResult } from './report-tests.ts'

/** A command that tests something. */
export interface Suite {
  title: string
  command: string[]
  env: Record<string, string>
  /** How many processors it keeps busy, about. */
  load: number
  /** Has no tests of its own: it passes or fails as a whole. */
  whole?: boolean
}

/** Of a suite that died without a count, or a check that failed: the end of what it printed. */
const LAST_LINES_MAX = 40
/** Suites of little load wait for the disk and for each other's processes: with more of them side by side nobody waits less. */
const SUITES_MAX_PER_PROCESSOR = 1.5
/** Loads are added and taken away again. */
const ROUNDING = 1e-6

/**
 * Runs suites side by side, as many as `processors` bear, in their order. What a suite prints is shown file by file, each whole, with the
 * suite's title above it. When `signal` is aborted the suites are ended, and what they printed is shown.
 */
export const runSuites = async (
  suites: readonly Suite[],
  options: { root: string; processors: number; signal: AbortSignal; print(text: string): void },
): Promise<SuiteResult[]> => {
  const waiting = [...suites]
  const running = new Set<Promise<void>>()
  const results: SuiteResult[] = []
  let load = 0

  /** The next suite that fits; any, if nothing runs. */
  const next = (): Suite | undefined => {
    if (
      options.signal.aborted ||
      running.size >= Math.max(1, Math.floor(options.processors * SUITES_MAX_PER_PROCESSOR))
    )
      return undefined
    const at = waiting.findIndex((suite) => running.size === 0 || load + suite.load <= options.processors + ROUNDING)
    return at === -1 ? undefined : waiting.splice(at, 1)[0]
  }
  for (;;) {
    for (let suite = next(); suite; suite = next()) {
      const started = suite
      load += started.load
      const run: Promise<void> = runSuite(started, options).then((result) => {
        results.push(result)
        load -= started.load
        running.delete(run)
      })
      running.add(run)
    }
    if (running.size === 0) return results
    await Promise.race(running)
  }
}

const runSuite = async (
  suite: Suite,
  options: { root: string; signal: AbortSignal; print(text: string): void },
): Promise<SuiteResult> => {
  const startedAt = performance.now()
  // One pipe for both of its outputs, or errors would stand below other tests than their own.
  const child = Bun.spawn(['sh', '-c', 'exec "$@" 2>&1', 'sh', ...suite.command], {
    cwd: options.root,
    env: { ...process.env, ...suite.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const end = () => child.kill('SIGTERM')
  options.signal.addEventListener('abort', end)
  const text = await showByFile(child.stdout, (block) => options.print(`\n== ${suite.title}\n${block}`))
  const code = await child.exited
  options.signal.removeEventListener('abort', end)

  const seconds = (performance.now() - startedAt) / 1000
  const { passed, failed, failures, fileMs } = judge(suite, code, text)
  options.print(`\n== ${suite.title}: ${passed} passed, ${failed} failed in ${seconds.toFixed(1)} s\n`)
  const processorSeconds = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6
  return { title: suite.title, passed, failed, seconds, processorSeconds, failures, fileMs }
}

const judge = (suite: Suite, code: number, text: string) => {
  const end = text.trimEnd().split('\n').slice(-LAST_LINES_MAX).join('\n')
  const ended = { file: suite.title, name: `ended with ${code}`, text: end }
  if (suite.whole) {
    const counts = code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
    return { ...counts, failures: code === 0 ? [] : [ended], fileMs: new Map<string, number>() }
  }
  const { passed, failed } = readCounts(text)
  const { failures, fileMs } = readTestOutput(text, suite.title)
  if (code === 0 || failures.length > 0) return { passed, failed: Math.max(failed, failures.length), failures, fileMs }
  return { passed, failed: Math.max(failed, 1), failures: [ended], fileMs }
}

/** Gathers what is printed, and hands on each file's part when the next file begins. */
const showByFile = async (stream: ReadableStream<Uint8Array>, show: (block: string) => void): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  let shown = 0
  let lineAt = 0
  const showUpTo = (end: number) => {
    if (text.slice(shown, end).trim() !== '') show(text.slice(shown, end).trim().concat('\n'))
    shown = end
  }
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true })
    for (let end = text.indexOf('\n', lineAt); end !== -1; end = text.indexOf('\n', lineAt)) {
      if (FILE_LINE.test(text.slice(lineAt, end))) showUpTo(lineAt)
      lineAt = end + 1
    }
  }
  showUpTo(text.length)
  return text
}
