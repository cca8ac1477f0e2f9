import { describe, expect, test } from 'bun:test'
import { CALL_LIMITS } from '../calls/call-limits.ts'
import { PROVIDER_NAMES } from '../create-provider-model.ts'
import { ALL_CASES } from './cases/all-cases.ts'
import { ALL_SPEAKERS, WITHOUT_WIRE } from './speakers/all-speakers.ts'

describe.each(ALL_SPEAKERS.map((speaker) => ({ provider: speaker.provider, speaker })))('$provider', ({ speaker }) => {
  for (const { name, run } of ALL_CASES) {
    if (speaker.cannot[name]) continue
    test(name, () => run({ speaker }))
  }
})

test('every provider is held to the cases, or says why it cannot be', () => {
  const played = ALL_SPEAKERS.map(({ provider }) => provider)
  expect([...played, ...Object.keys(WITHOUT_WIRE)].toSorted()).toEqual([...PROVIDER_NAMES].toSorted())
  const names = new Set(ALL_CASES.map(({ name }) => name))
  expect(names.size).toBe(ALL_CASES.length)
  for (const { cannot } of ALL_SPEAKERS) {
    expect(Object.keys(cannot).filter((name) => !names.has(name))).toEqual([])
    expect(Object.keys(cannot).length).toBeLessThanOrEqual(2)
  }
})

test('a model has a minute to begin, whatever the tests shorten it to', () => {
  expect(CALL_LIMITS.firstTokenMsMax).toBe(60_000)
  expect(CALL_LIMITS.idleMsMax).toBe(60_000)
})
