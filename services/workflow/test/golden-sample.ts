import { compilePlan, type Plan } from '../definition/compile-plan.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import type { RunStarted } from '../engine/run-events.ts'
import type { WireFrame } from '../frames/wire-frame.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { nodeRegistry } from '../nodes/node-registry.ts'
import { recordedCodeKind } from './recorded-code.ts'

export interface GoldenRun {
  mode: RunStarted['mode']
  parameters: Record<string, unknown>
  frames: WireFrame[]
  /** What the run's question is answered with, and the frames that the answer got. */
  resumed?: { content: string; frames: WireFrame[] }
}

/** A recorded flow and the frames that the original gave for each of its runs (session ids and times normalised). */
export interface GoldenSample {
  plan: Plan
  runs: GoldenRun[]
}

/** Without an interpreter: sample 08's program is the recorded one, the other kinds are the real ones. */
export const recordedRegistry: ReadonlyMap<string, NodeKind> = new Map([
  ...nodeRegistry,
  [recordedCodeKind.type, recordedCodeKind],
])
const FOLDER = new URL('./golden/', import.meta.url)
/** Address of the model in the recorded flows. */
const RECORDED_MODEL = 'http://127.0.0.1:19001/v1/chat/completions'

export const goldenNames = [
  '01-echo',
  '02-llm-stream',
  '03-if-else',
  '04-iteration',
  '05-code',
  '06-question-answer',
  '07-parallel-join',
  '08-fail-branch',
  '09-two-streams-ordered',
] as const

/** Samples whose programs need the sandbox. */
export const programNames: ReadonlySet<string> = new Set(['05-code', '08-fail-branch'])

/** Reads a sample; its model is asked at `modelUrl`. */
export const readGoldenSample = async (
  name: string,
  modelUrl: string,
  registry: ReadonlyMap<string, NodeKind> = nodeRegistry,
): Promise<GoldenSample> => {
  const definition = await Bun.file(new URL(`${name}.json`, FOLDER)).text()
  const lines = await Bun.file(new URL(`${name}.frames.jsonl`, FOLDER)).text()
  const runs: GoldenRun[] = []
  for (const line of lines.split('\n').filter((text) => text.trim() !== '')) {
    const value = JSON.parse(line) as GoldenRun | { resume: string } | WireFrame
    const run = runs.at(-1)
    if ('resume' in value) {
      if (run) run.resumed = { content: value.resume, frames: [] }
    } else if ('mode' in value) runs.push({ ...value, frames: [] })
    else (run?.resumed ?? run)?.frames.push(value)
  }
  const parsed = parseDefinition(JSON.parse(definition.replaceAll(RECORDED_MODEL, modelUrl)))
  return { plan: compilePlan(parsed, registry), runs }
}
