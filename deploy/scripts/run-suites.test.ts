import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSuites, type Suite } from './run-suites.ts'

const shell = (title: string, script: string, more: Partial<Suite> = {}): Suite => ({
  title,
  command: ['sh', '-c', script],
  env: {},
  load: 1,
  ...more,
})

const run = async (suites: Suite[], processors = 2, signal = new AbortController().signal) => {
  let printed = ''
  const results = await runSuites(suites, {
    root: tmpdir(),
    processors,
    signal,
    print: (text) => {
      printed += text
    },
  })
  return { results, printed }
}

test('tests of side-by-side suites are counted, and what they print is kept whole for each file', async () => {
  const output = (name: string) =>
    `echo ${name}.test.ts:; sleep 0.05; echo noise of ${name} >&2; echo "(pass) it holds [1ms]"; echo " 2 pass"; echo " 0 fail"`
  const { results, printed } = await run([shell('a', output('a')), shell('b', output('b'))])
  expect(results.map(({ passed, failed }) => [passed, failed])).toEqual([
    [2, 0],
    [2, 0],
  ])
  for (const name of ['a', 'b']) {
    expect(printed).toContain(
      `\n== ${name}\n${name}.test.ts:\nnoise of ${name}\n(pass) it holds [1ms]\n 2 pass\n 0 fail\n`,
    )
  }
})

test('suites run side by side as far as the processors bear it, and a heavy one runs nevertheless', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'run-suites-'))
  // Each waits until the other is there: one after the other they would not end.
  const meet = (mine: string, theirs: string) =>
    `touch ${directory}/${mine}; until [ -e ${directory}/${theirs} ]; do sleep 0.01; done`
  const { results } = await run([
    shell('one', meet('one', 'other'), { whole: true }),
    shell('other', meet('other', 'one'), { whole: true }),
    shell('heavy', 'true', { whole: true, load: 9 }),
  ])
  expect(results.map(({ passed }) => passed)).toEqual([1, 1, 1])

  writeFileSync(join(directory, 'alone'), '')
  const single = `rm ${directory}/alone && sleep 0.05 && touch ${directory}/alone`
  const { results: alone } = await run([shell('a', single, { whole: true }), shell('b', single, { whole: true })], 1)
  expect(alone.map(({ passed }) => passed)).toEqual([1, 1])
  rmSync(directory, { recursive: true })
})

test('a suite that dies without a count is one failure, with the end of what it printed', async () => {
  const { results } = await run([shell('dead', 'echo the reason >&2; exit 3')])
  expect(results[0]).toMatchObject({ passed: 0, failed: 1 })
  expect(results[0]?.failures).toEqual([{ file: 'dead', name: 'ended with 3', text: 'the reason' }])
})

test('a failing test makes its suite fail with its name and error', async () => {
  const script =
    'echo a.test.ts:; echo error: broken; echo "(fail) it holds [1ms]"; echo " 4 pass"; echo " 1 fail"; exit 1'
  const { results } = await run([shell('suite', script)])
  expect(results[0]).toMatchObject({ passed: 4, failed: 1 })
  expect(results[0]?.failures).toEqual([{ file: 'a.test.ts', name: 'it holds', text: 'error: broken' }])
})

test('a run that is stopped ends what runs, starts nothing more, and shows what was printed', async () => {
  const stopped = new AbortController()
  let printed = ''
  const ended = runSuites([shell('long', 'echo so far; exec sleep 60'), shell('next', 'echo never')], {
    root: tmpdir(),
    processors: 1,
    signal: stopped.signal,
    print: (text) => {
      printed += text
    },
  })
  setTimeout(() => stopped.abort(), 100)
  expect((await ended).map(({ title, failed }) => [title, failed])).toEqual([['long', 1]])
  expect(printed).toContain('so far')
  expect(printed).not.toContain('never')
})
