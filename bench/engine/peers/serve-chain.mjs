// Measures chains of one library for the bench, in a process of its own. Arguments: the library's file here, `none` or `memory`, steps.
// Reads a number of milliseconds a line and answers each with a line {wallUs, cpuUs}: what one step cost.
import { createInterface } from 'node:readline'

const [, , library, store, steps] = process.argv
const { createChain } = await import(`./${library}.mjs`)
const TEXT = 'hello'
const run = createChain({ steps: Number(steps), store: store === 'memory' })

const measure = async (ms) => {
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  let done = 0
  while (performance.now() - startedAt < ms) {
    if ((await run(TEXT)) !== TEXT) throw new Error(`${library} lost the text`)
    done += Number(steps)
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wallUs: ((performance.now() - startedAt) * 1000) / done, cpuUs: (user + system) / done }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await measure(Number(line)))}\n`)
}
