import { expect, test } from 'bun:test'
import { compile } from '../../test/build-flow.ts'
import { refusalOf } from '../../test/refusal-of.ts'
import { wireCodes } from '../wire-codes.ts'
import type { BadProtocol } from './bad-protocol.ts'
import { graphCases } from './graph-cases.ts'
import { literalCases } from './literal-cases.ts'
import { parameterCases } from './parameter-cases.ts'
import { shapeCases } from './shape-cases.ts'
import { singleValueCases } from './single-value-cases.ts'
import { harmlessCases, sizeCases } from './size-cases.ts'

/** Nothing that can be written takes longer to refuse; a second and a half of it is the building of the protocol itself. */
const REFUSAL_MS_MAX = 60_000
const MESSAGE_CHARS_MAX = 2_000
const cases: BadProtocol[] = [
  ...shapeCases,
  ...graphCases,
  ...parameterCases,
  ...literalCases,
  ...singleValueCases,
  ...sizeCases,
]

const load = (protocol: unknown): unknown => (typeof protocol === 'function' ? protocol() : protocol)

test.each(cases.map((bad) => [bad.name, bad] as const))(
  '%s is refused with its code and a message that names it',
  (_, { protocol, code, says }) => {
    const result = refusalOf(load(protocol)) ?? wireCodes.OK
    expect(result.code).toBe(code)
    for (const part of says) expect(result.message).toContain(part)
    expect(result.message.length).toBeLessThan(MESSAGE_CHARS_MAX)
  },
  REFUSAL_MS_MAX,
)

test.each(harmlessCases.map(({ name, protocol }) => [name, protocol] as const))(
  '%s: it compiles in the time of any other flow',
  (_, protocol) => {
    expect(compile(protocol()).nodes.length).toBeGreaterThan(2)
  },
  REFUSAL_MS_MAX,
)

test('the corpus has no name twice, and general faults have the code of each operation', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  expect(cases.length).toBeGreaterThanOrEqual(60)
  const [first] = shapeCases
  const codes = (['add', 'update', 'build', 'run'] as const).map(
    (operation) => refusalOf(first?.protocol, operation)?.code,
  )
  expect(codes).toEqual([20_102, 20_104, 20_101, 20_100])
})
