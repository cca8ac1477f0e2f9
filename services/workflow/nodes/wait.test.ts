import { expect, test } from 'bun:test'
import { compile, end, flow, node, ref, start } from '../test/build-flow.ts'

const WAIT = 'wait::w'
const build = (param: Record<string, unknown>, inputs: Record<string, unknown> = {}) =>
  compile(
    flow(
      [start(), node(WAIT, { inputs, param }), end({})],
      [
        ['node-start::s', WAIT],
        [WAIT, 'node-end::e'],
      ],
    ),
  )

test.each([
  ['seconds', { seconds: 5 }],
  ['seconds as text', { seconds: '2.5' }],
  ['no time at all', { seconds: 0 }],
  ['ten years', { seconds: 10 * 366 * 24 * 3600 }],
  ['a moment', { until: '2030-01-01T00:00:00Z' }],
  ['a moment in milliseconds', { until: 1_893_456_000_000 }],
])('%s can be waited for', (_, param) => {
  expect(() => build(param)).not.toThrow()
})

test('the time may come as an input', () => {
  expect(() => build({}, { seconds: ref('node-start::s', 'q') })).not.toThrow()
  expect(() => build({}, { until: ref('node-start::s', 'q') })).not.toThrow()
  expect(() => build({}, { minutes: ref('node-start::s', 'q') })).toThrow(`node ${WAIT}, nodeParam /seconds`)
})

test.each([
  ['nothing', {}, '/seconds'],
  ['less than no time', { seconds: -1 }, '/seconds'],
  ['more than ten years', { seconds: 10 * 366 * 24 * 3600 + 1 }, '/seconds'],
  ['seconds in words', { seconds: 'five' }, '/seconds'],
  ['seconds in a list', { seconds: [5] }, '/seconds'],
  ['null seconds', { seconds: null }, '/seconds'],
  ['a moment in words', { until: 'soon' }, '/until'],
  ['an empty moment', { until: '' }, '/until'],
  ['a moment that is an object', { until: {} }, '/until'],
  ['a moment that is a yes', { until: true }, '/until'],
])('%s is refused when the flow is compiled, not when it waits', (_, param, field) => {
  expect(() => build(param)).toThrow(`node ${WAIT}, nodeParam ${field}`)
})
