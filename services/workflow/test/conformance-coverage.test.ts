import { expect, test } from 'bun:test'
import { compareOperators } from '../nodes/compare-values.ts'
import { nodeRegistry } from '../nodes/node-registry.ts'
import { type ConformanceCase, readCases } from './conformance/conformance-case.ts'
import type { CompactFrame } from './conformance/expand-frames.ts'
import { expandProtocol } from './conformance/expand-protocol.ts'

type Json = Record<string, unknown>

const CASES_MIN = 120
const cases = await readCases()
const all = cases.map((found) => found.case)

const framesOf = (item: ConformanceCase): CompactFrame[] =>
  (item.runs ?? []).flatMap((run) => [run, ...(run.answers ?? [])].flatMap(({ frames = [] }) => frames))

/** Every object in a value, at any depth. */
const objectsIn = (value: unknown): Json[] => {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inside : [value as Json, ...inside]
}

const retriesOf = (item: ConformanceCase): Json[] =>
  objectsIn(expandProtocol(item.protocol)).flatMap(({ retryConfig }) => (retryConfig ? [retryConfig as Json] : []))

const missing = <Item>(wanted: Iterable<Item>, found: Iterable<Item>): Item[] => {
  const there = new Set(found)
  return [...wanted].filter((item) => !there.has(item))
}

test(`there are at least ${CASES_MIN} cases, each with a title, a reason and an expectation of its own`, () => {
  expect(cases.length).toBeGreaterThanOrEqual(CASES_MIN)
  for (const { name, case: item } of cases) {
    const hasText = item.title !== '' && item.why !== ''
    const hasExpectation = item.refused !== undefined || (item.runs ?? []).length > 0
    expect([name, hasText, hasExpectation]).toEqual([name, true, true])
    for (const run of item.runs ?? []) expect([name, run.refused ?? run.frames?.length]).not.toEqual([name, 0])
  }
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})

test('every kind of node begins in the frames of a case', () => {
  const begun = all.flatMap((item) =>
    framesOf(item).flatMap((frame) => ('begin' in frame ? [frame.begin.slice(0, frame.begin.indexOf(':'))] : [])),
  )
  expect(missing(nodeRegistry.keys(), begun)).toEqual([])
})

test('every operator of branches decides in a case, both ways', () => {
  const decided = all.flatMap((item) =>
    framesOf(item).flatMap((frame) =>
      'end' in frame && frame.end.startsWith('if-else') ? [{ frame, holds: frame.out?.res === true }] : [],
    ),
  )
  const operatorsWhere = (holds: boolean) =>
    decided
      .filter((decision) => decision.holds === holds)
      .flatMap(({ frame }) => objectsIn(frame.in).map((report) => report.comparison_operator))
  expect(missing<unknown>(compareOperators, operatorsWhere(true))).toEqual([])
  // The other way is shown in release mode, where a branch shows by its texts.
  for (const operator of compareOperators) {
    const item = cases.find(({ name }) => name === `if-else/operator-${operator.replace('_', '-')}`)
    const texts = (item?.case.runs ?? []).map(({ frames = [] }) =>
      frames.some((frame) => 'text' in frame && frame.text === 'no'),
    )
    expect([operator, new Set(texts).size]).toEqual([operator, 2])
  }
})

test('every strategy for errors has cases in both spellings', () => {
  const retries = all.flatMap(retriesOf)
  for (const spelling of ['error_strategy', 'errorStrategy']) {
    expect(
      missing<unknown>(
        [0, 1, 2],
        retries.map((retry) => retry[spelling]),
      ),
    ).toEqual([])
  }
})

test('every form of question and of reply has a case', () => {
  const asked = all.flatMap((item) => framesOf(item).flatMap((frame) => ('ask' in frame ? [frame.ask.type] : [])))
  expect(missing<unknown>(['direct', 'option'], asked)).toEqual([])
  const replies = all.flatMap((item) =>
    (item.runs ?? []).flatMap(({ answers = [] }) => answers.map(({ kind }) => kind)),
  )
  expect(missing(['resume', 'ignore', 'abort', 'timeout'] as const, replies)).toEqual([])
})

test('both modes and both forms of an answer have cases', () => {
  const runs = all.flatMap(({ runs: some = [] }) => some)
  expect(
    missing(
      ['debug', 'release'] as const,
      runs.map(({ mode }) => mode),
    ),
  ).toEqual([])
  const whole = runs.filter(({ stream }) => stream === false).map(({ mode }) => mode)
  expect(missing(['debug', 'release'] as const, whole)).toEqual([])
})
