import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCallSlots } from './call-slots.ts'
import { runOf } from './documents.ts'
import { eachInTurn } from './each-in-turn.ts'
import { parserSettingsOf } from './parser-settings.ts'
import { pathOf } from './ragflow-client.ts'
import { RagflowFailure } from './ragflow-failure.ts'
import { readRagflowSettings } from './ragflow-settings.ts'

const folder = await mkdtemp(join(tmpdir(), 'ragflow-'))
afterAll(() => rm(folder, { recursive: true }))
const signal = new AbortController().signal

describe('the settings of a RAGFlow', () => {
  const given = { RAGFLOW_BASE_URL: 'http://ragflow:9380/', RAGFLOW_TIMEOUT: 5, RAGFLOW_DEFAULT_GROUP: 'Sky' }

  test('are none without an address', () => {
    expect(readRagflowSettings({ ...given, RAGFLOW_BASE_URL: undefined } as never)).toBeUndefined()
  })
  test('come in milliseconds, and without the slash at the address’s end', () => {
    const settings = readRagflowSettings({ ...given, RAGFLOW_API_TOKEN: 'key' })
    expect(settings).toMatchObject({ baseUrl: 'http://ragflow:9380', callMsMax: 5_000, defaultGroup: 'Sky' })
    expect(settings?.readToken()).toBe('key')
  })
  test('take the key from its file, and see when it changes there', async () => {
    const path = join(folder, 'key')
    await writeFile(path, 'first\n')
    const settings = readRagflowSettings({ ...given, RAGFLOW_API_TOKEN: 'other', RAGFLOW_API_TOKEN_FILE: path })
    expect(settings?.readToken()).toBe('first')
    await writeFile(path, 'second\n')
    expect(settings?.readToken()).toBe('second')
  })
  test('say which setting is missing, without the path of a file', () => {
    const without = readRagflowSettings(given)
    expect(() => without?.readToken()).toThrow('RAGFLOW_API_TOKEN is not set')
    const lost = readRagflowSettings({ ...given, RAGFLOW_API_TOKEN_FILE: '/nowhere/key' })
    expect(() => lost?.readToken()).toThrow(/^the file of RAGFLOW_API_TOKEN_FILE cannot be read$/)
  })
})

describe('what a split says becomes settings of RAGFlow’s chunker', () => {
  const none = { lengthRange: null, separator: null, cutOff: null }
  test('none where it says nothing', () => {
    expect(parserSettingsOf(none)).toBeUndefined()
    expect(parserSettingsOf({ ...none, lengthRange: [16], separator: [] })).toBeUndefined()
  })
  test('lengths as tokens within RAGFlow’s limits', () => {
    expect(parserSettingsOf({ ...none, lengthRange: [16, 512] })).toEqual({ chunk_token_num: 256 })
    expect(parserSettingsOf({ ...none, lengthRange: [1, 1] })).toEqual({ chunk_token_num: 1 })
    expect(parserSettingsOf({ ...none, lengthRange: [1, 1e9] })).toEqual({ chunk_token_num: 2_048 })
  })
  test('marks of one character as they are, longer ones in backquotes, impossible ones not at all', () => {
    const marks = { separator: ['。', '😀', '##', '', 'a`b'], cutOff: ['\n\n'] }
    expect(parserSettingsOf({ ...none, ...marks })).toEqual({ delimiter: '`\n\n`。😀`##`' })
  })
})

test.each([
  ['DONE', 'DONE'],
  ['3', 'DONE'],
  [4, 'FAIL'],
  ['running', 'RUNNING'],
  [null, 'UNSTART'],
])('a document whose run is %p is %s', (run, word) => {
  expect(runOf({ run })).toBe(word)
})

test('names and ids cannot leave their place in a path', () => {
  expect(pathOf('datasets', '../x?y=1#z')).toBe('/datasets/..%2Fx%3Fy%3D1%23z')
})

test('only what says that something is not there counts as absence', () => {
  const absence = (message: string, ragflowCode = 102) =>
    new RagflowFailure('refused', message, { ragflowCode }).isAbsence
  expect(absence("You don't own the document x.")).toBe(true)
  expect(absence("User 'u' lacks permission for dataset 'n'", 108)).toBe(true)
  expect(absence('Database operation failed')).toBe(false)
  expect(new RagflowFailure('unreachable', 'not found').isAbsence).toBe(false)
})

test('work waits for its turn, and leaves the line when it is called off', async () => {
  const inSlot = createCallSlots(1)
  const first = Promise.withResolvers<string>()
  const leaving = new AbortController()
  const running = inSlot(signal, () => first.promise)
  let began = false
  const called = inSlot(leaving.signal, async () => {
    began = true
  })
  const next = inSlot(signal, async () => 'next')
  leaving.abort(new Error('gone'))
  await expect(called).rejects.toThrow('gone')
  first.resolve('first')
  expect(await Promise.all([running, next])).toEqual(['first', 'next'])
  expect(began).toBe(false)
})

test('results keep the order of their items, a few are worked on at once, and the first failure ends the rest', async () => {
  let running = 0
  let most = 0
  const items = Array.from({ length: 20 }, (_, index) => index)
  const doubled = await eachInTurn(items, signal, async (item) => {
    running += 1
    most = Math.max(most, running)
    await Bun.sleep(item % 3)
    running -= 1
    return item * 2
  })
  expect(doubled).toEqual(items.map((item) => item * 2))
  expect(most).toBe(4)
  const begun: number[] = []
  const failing = eachInTurn(items, signal, async (item) => {
    begun.push(item)
    if (item === 0) throw new Error('broken')
    await Bun.sleep(1)
  })
  await expect(failing).rejects.toThrow('broken')
  expect(begun.length).toBeLessThan(items.length)
})
