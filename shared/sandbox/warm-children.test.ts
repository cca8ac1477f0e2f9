import { expect, test } from 'bun:test'
import type { SandboxChild } from './sandbox-child.ts'
import { createWarmChildren } from './warm-children.ts'

const never = new AbortController().signal

/** A pool whose children only count. */
const createPool = (options: { runsMax: number; sparesMax?: number; idleMs?: number; ready?: () => Promise<void> }) => {
  const started: { isAlive: boolean; child: SandboxChild }[] = []
  const start = (): SandboxChild => {
    const state = { isAlive: true }
    const child: SandboxChild = {
      pid: started.length + 1,
      get isAlive() {
        return state.isAlive
      },
      ready: options.ready?.() ?? Promise.resolve(),
      run: () => Promise.reject(new Error('it runs nothing')),
      kill() {
        state.isAlive = false
      },
    }
    started.push(Object.assign(state, { child }))
    return child
  }
  const pool = createWarmChildren({ sparesMax: 0, idleMs: 60_000, ...options, start })
  return { pool, started, usedPid: () => pool.use(never, async (child) => child.pid) }
}

test('a child is used again until it ran as many programs as it may', async () => {
  const { started, usedPid } = createPool({ runsMax: 2 })
  expect([await usedPid(), await usedPid(), await usedPid()]).toEqual([1, 1, 2])
  expect(started.map(({ isAlive }) => isAlive)).toEqual([false, true])
})

test('two programs at once never share a child', async () => {
  const { pool, usedPid } = createPool({ runsMax: 9 })
  const gate = Promise.withResolvers<void>()
  const first = pool.use(never, async (child) => {
    await gate.promise
    return child.pid
  })
  expect(await usedPid()).toBe(2)
  gate.resolve()
  expect(await first).toBe(1)
})

test('a child that was killed is not used again', async () => {
  const { pool, usedPid } = createPool({ runsMax: 9 })
  await pool.use(never, async (child) => child.kill())
  expect(await usedPid()).toBe(2)
})

test('a spare takes the place of each child that was used', async () => {
  const { pool, started, usedPid } = createPool({ runsMax: 1, sparesMax: 1 })
  await pool.prepare()
  expect([await usedPid(), await usedPid()]).toEqual([1, 2])
  expect(started.map(({ isAlive }) => isAlive)).toEqual([false, false, true])
  pool.stop()
  expect(started.at(-1)?.isAlive).toBe(false)
})

test('a child that nobody needs for long is ended', async () => {
  const { started, usedPid } = createPool({ runsMax: 9, idleMs: 1 })
  await usedPid()
  while (started[0]?.isAlive) await Bun.sleep(1)
  expect(await usedPid()).toBe(2)
})

test('who stops waiting for a child that starts is let go at once', async () => {
  const { pool } = createPool({ runsMax: 9, ready: () => new Promise(() => {}) })
  const cut = new AbortController()
  const waiting = pool.use(cut.signal, async () => 'used')
  cut.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})

test('a child that cannot run programs is not kept', async () => {
  const { pool, started } = createPool({ runsMax: 9, ready: () => Promise.reject(new Error('no')) })
  await expect(pool.use(never, async () => 'used')).rejects.toThrow('no')
  expect(started[0]?.isAlive).toBe(false)
})
