import { afterAll, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listLogFiles, readLines, readTail } from './log-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'logs-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = join(directory, 'agent.log')

test('requests and statements are shown only when they are asked for', () => {
  for (const name of ['agent.log', 'access.log', 'postgres.log', 'deaths.jsonl'])
    writeFileSync(join(directory, name), '')
  expect(listLogFiles(directory, []).map(({ source }) => source)).toEqual(['agent'])
  expect(listLogFiles(directory, ['access']).map(({ source }) => source)).toEqual(['access'])
  expect(listLogFiles(join(directory, 'none'), [])).toEqual([])
})

test('a tail is followed without a line lost or shown twice, and half a line waits for its end', () => {
  writeFileSync(path, 'one\ntwo\nthr')
  const tail = readTail(path, 1)
  expect(tail.lines).toEqual(['two'])
  appendFileSync(path, 'ee\nfour\n')
  const next = readLines(path, tail.offset)
  expect(next.lines).toEqual(['three', 'four'])
  expect(readLines(path, next.offset).lines).toEqual([])
})

test('a file that was begun anew is read from its start', () => {
  writeFileSync(path, 'a long first life\n')
  const { offset } = readTail(path, 10)
  writeFileSync(path, 'new\n')
  expect(readLines(path, offset).lines).toEqual(['new'])
})

test('a very long file is read from its end only', () => {
  writeFileSync(path, `${'x'.repeat(1_500_000)}\nlast\n`)
  expect(readTail(path, 10).lines).toEqual(['last'])
})
