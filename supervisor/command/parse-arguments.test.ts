import { describe, expect, test } from 'bun:test'
import type { Command } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

const command: Command = {
  name: 'logs',
  parameters: '<name>',
  summary: '',
  flags: {
    follow: { kind: 'switch', short: 'f', summary: '' },
    lines: { kind: 'value', short: 'n', summary: '' },
  },
  words: { min: 1, max: 2 },
  run: async () => 0,
}
const parse = (...args: string[]) => parseArguments([command], args)

test('words, switches and values are told apart wherever they stand', () => {
  const parsed = parse('logs', '-f', 'agent', '--lines=5', '--', '-x')
  expect(parsed).toMatchObject({ ok: true, words: ['agent', '-x'] })
  expect(parsed.ok && [...parsed.switches]).toEqual(['follow'])
  expect(parsed.ok && [...parsed.values]).toEqual([['lines', '5']])
  expect(parse('logs', 'agent', '-n', '7')).toMatchObject({ ok: true, values: new Map([['lines', '7']]) })
})

describe('what is wrong is named', () => {
  test.each([
    [['nope'], 'There is no verb nope.'],
    [[], 'No verb is given.'],
    [['logs', 'a', '--jsno'], 'logs has no flag --jsno.'],
    [['logs', 'a', '--lines'], '--lines needs a value.'],
    [['logs', 'a', '--follow=yes'], '--follow takes no value.'],
    [['logs'], 'logs needs <name>.'],
    [['logs', 'a', 'b', 'c'], 'logs does not take c.'],
  ])('%p', (args, problem) => {
    expect(parse(...args)).toEqual({ ok: false, problem })
  })
})
