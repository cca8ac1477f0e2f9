import { expect, test } from 'bun:test'
import { shareQuestions } from './share-questions.ts'

/** Counts what was asked; each question waits until the test answers it. */
const createDesk = () => {
  const open: { key: string; answer: (text: string) => void; fail: (error: Error) => void }[] = []
  const ask = shareQuestions(
    (key: string) => key,
    (key) => new Promise<string>((resolve, reject) => open.push({ key, answer: resolve, fail: reject })),
  )
  return { ask, open }
}

test('nobody gets the answer to a question that was sent before he asked', async () => {
  const { ask, open } = createDesk()
  const first = ask('a')
  const second = ask('a')
  const third = ask('a')
  open[0]?.answer('before the change')
  expect(await first).toBe('before the change')
  expect(open).toHaveLength(2)
  const fourth = ask('a')
  open[1]?.answer('after it')
  expect(await Promise.all([second, third])).toEqual(['after it', 'after it'])
  open[2]?.answer('last')
  expect(await fourth).toBe('last')
})

test('different questions do not wait for each other', async () => {
  const { ask, open } = createDesk()
  const [a, b] = [ask('a'), ask('b')]
  expect(open.map(({ key }) => key)).toEqual(['a', 'b'])
  open[1]?.answer('b')
  expect(await b).toBe('b')
  open[0]?.answer('a')
  expect(await a).toBe('a')
})

test('a question that failed does not fail those who asked later, and nothing is kept', async () => {
  const { ask, open } = createDesk()
  const first = ask('a')
  const second = ask('a')
  open[0]?.fail(new Error('connection lost'))
  await expect(first).rejects.toThrow('connection lost')
  open[1]?.answer('found')
  expect(await second).toBe('found')
  const third = ask('a')
  expect(open).toHaveLength(3)
  open[2]?.answer('anew')
  expect(await third).toBe('anew')
})
