import { expect, test } from 'bun:test'
import { oneAtATime } from './one-at-a-time.ts'

const gated = () => {
  const gates: PromiseWithResolvers<void>[] = []
  const ran: string[] = []
  const ask = oneAtATime(
    async (request: string) => {
      ran.push(request)
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
      return `${request} done`
    },
    (earlier, later) => `${earlier}+${later}`,
  )
  const open = async (index: number) => {
    gates[index]?.resolve()
    await Bun.sleep(0)
  }
  return { ask, open, ran }
}

test('what is asked during a run is joined into one that follows it, and all who asked get its result', async () => {
  const { ask, open, ran } = gated()
  const first = ask('a')
  const later = [ask('b'), ask('c'), ask('d')]
  expect(ran).toEqual(['a'])
  await open(0)
  expect(await first).toBe('a done')
  expect(ran).toEqual(['a', 'b+c+d'])
  const last = ask('e')
  await open(1)
  expect(await Promise.all(later)).toEqual(['b+c+d done', 'b+c+d done', 'b+c+d done'])
  await open(2)
  expect(await last).toBe('e done')
})

test('a run that fails tells those who asked for it, and the next one runs', async () => {
  let runs = 0
  const ask = oneAtATime(
    async () => {
      runs += 1
      await Bun.sleep(0)
      if (runs === 1) throw new Error('no')
      return runs
    },
    () => undefined,
  )
  const [first, second] = [ask(undefined), ask(undefined)]
  await expect(first).rejects.toThrow('no')
  expect(await second).toBe(2)
  expect(await ask(undefined)).toBe(3)
})
