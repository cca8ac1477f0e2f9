import { expect, test } from 'bun:test'
import { cutText } from './cut-text.ts'
import { createProgramLog } from './program-log.ts'

test('a text that fits is whole, a longer one is cut between characters and says so', () => {
  expect(cutText('éé', 4)).toBe('éé')
  expect(cutText('ééé', 5)).toBe('éé\n… (cut)')
  expect(cutText('', 0)).toBe('')
})

test('a log keeps its first lines, and a flood of others costs nothing', () => {
  const log = createProgramLog(10)
  log.write('one')
  log.write('two')
  expect(log.text()).toBe('one\ntwo')
  for (let at = 0; at < 1_000; at += 1) log.write('x'.repeat(1_000))
  expect(log.text()).toBe('one\ntwo\nxx\n… (cut)')
})
