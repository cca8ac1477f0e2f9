import { Mastra } from '@mastra/core'
import { InMemoryStore } from '@mastra/core/storage'
import { createStep, createWorkflow } from '@mastra/core/workflows'
import { z } from 'zod'

const TEXT = z.object({ text: z.string() })
const NAME = 'chain'

/** A chain of steps that hand a text on. With `store`, Mastra keeps its snapshots in its own store in memory. */
export const createChain = ({ steps, store }) => {
  let workflow = createWorkflow({ id: NAME, inputSchema: TEXT, outputSchema: TEXT })
  for (let index = 0; index < steps; index += 1) {
    workflow = workflow.then(
      createStep({
        id: `step${index}`,
        inputSchema: TEXT,
        outputSchema: TEXT,
        execute: async ({ inputData }) => ({ text: `${inputData.text}` }),
      }),
    )
  }
  workflow.commit()
  if (store) new Mastra({ workflows: { [NAME]: workflow }, storage: new InMemoryStore(), logger: false })
  return async (text) => {
    const run = await workflow.createRun()
    const result = await run.start({ inputData: { text } })
    if (result.status !== 'success') throw new Error(`Mastra: ${result.status}`)
    return result.result.text
  }
}
