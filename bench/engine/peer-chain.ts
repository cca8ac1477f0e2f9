import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Pace } from './pace.ts'

const FOLDER = resolve(import.meta.dir, 'peers')

/** Puts the peers in their place, once. They are no part of Orrery's own dependencies. */
export const installPeers = (): void => {
  if (existsSync(resolve(FOLDER, 'node_modules'))) return
  console.log('installing the peers ...')
  const { success } = Bun.spawnSync(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (!success) throw new Error(`npm ci failed in ${FOLDER}`)
}

/** A peer's chain in a process of its own, on the same Bun. */
export const startPeerChain = (options: {
  library: 'mastra' | 'langgraph'
  store: 'none' | 'memory'
  steps: number
}) => {
  const { library, store, steps } = options
  const child = Bun.spawn([process.execPath, 'serve-chain.mjs', library, store, String(steps)], {
    cwd: FOLDER,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  return {
    async measure(ms: number): Promise<Pace> {
      child.stdin.write(`${ms}\n`)
      await child.stdin.flush()
      let line = ''
      while (!line.endsWith('\n')) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`${library} ended early`)
        line += value
      }
      return JSON.parse(line) as Pace
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
