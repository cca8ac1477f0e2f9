import { expect, test } from 'bun:test'
import { FlowProtocolError } from '../../definition/flow-protocol-error.ts'
import type { Plan } from '../../definition/plan.ts'
import { validateParameters } from '../../definition/validate-parameters.ts'
import type { RunEvent } from '../../engine/run-events.ts'
import { isInSubFlow } from '../../engine/scope-path.ts'
import { shownText, toFrames } from '../run-in-memory.ts'
import type { CaseRun, ConformanceCase, NamedCase } from './conformance-case.ts'
import { expandFrames, normalise, openTexts } from './expand-frames.ts'
import { aliasOf } from './expand-protocol.ts'
import { type CaseHarness, compileProtocol, framesOfRequests, openCase, startOf } from './run-case.ts'

/** Places at which a run is cut, at most; they are spread evenly over its events. */
const CUTS_MAX = 30

const expectedFrames = (item: ConformanceCase, run: CaseRun) => {
  const aliases = new Map(item.protocol.nodes.map((node) => [node.id, aliasOf(node)]))
  const view = { mode: run.mode, aliasOf: (id: string) => aliases.get(id) ?? id }
  return [run, ...(run.answers ?? [])].map(({ frames = [] }) => expandFrames(frames, view))
}

const expectAsked = (harness: CaseHarness, run: CaseRun) => {
  for (const [service, calls] of Object.entries(run.asked ?? {})) {
    const found = harness.asked.get(service as keyof NonNullable<CaseRun['asked']>) ?? []
    expect(found).toHaveLength(calls.length)
    expect(found as object[]).toMatchObject(calls as object[])
  }
}

/** What must not depend on where a run was interrupted: texts in their order, outputs, and the last frame. */
const readOutcome = (plan: Plan, run: CaseRun, events: readonly RunEvent[]) => {
  const last = toFrames(plan, { ...startOf(run), mode: 'release' }, events).at(-1)
  return {
    text: shownText(events.filter((event) => !('scope' in event && isInSubFlow(event.scope)))),
    outputs: Object.fromEntries(
      events.flatMap((event) =>
        event.type === 'node-completed' ? [[`${event.scope ?? ''} ${event.nodeId}`, event.outputs]] : [],
      ),
    ),
    last: last && { ...last, created: 0, workflow_step: { progress: last.workflow_step?.progress } },
  }
}

/** The code that a chat with the protocol is refused with. */
const refusalOf = (item: ConformanceCase): number | undefined => {
  try {
    compileProtocol(item.protocol)
    return undefined
  } catch (error) {
    if (error instanceof FlowProtocolError) return error.wireResult('run').code
    throw error
  }
}

const cutsOf = (events: number, cutsMax: number): number[] => {
  const count = Math.min(events, cutsMax)
  return [...new Set(Array.from({ length: count + 1 }, (_, index) => Math.round((index * events) / count)))]
}

/**
 * Defines the tests of cases: whole frames against the written ones; and with the run cut at any of its events, as by a crash, the same texts and
 * outputs.
 */
export const testCases = (cases: readonly NamedCase[]): void => {
  for (const { name, case: item } of cases) {
    if (item.refused !== undefined) {
      test(`${name}: ${item.title}`, () => expect(refusalOf(item)).toBe(item.refused))
      continue
    }
    test(`${name}: ${item.title}`, async () => {
      await using harness = await openCase(item)
      for (const run of item.runs ?? []) {
        if (run.refused !== undefined) {
          expect(validateParameters(harness.plan, run.parameters)?.code).toBe(run.refused)
          continue
        }
        const events = await harness.run(run)
        const frames = framesOfRequests(harness.plan, run, events).map(normalise)
        const expected = expectedFrames(item, run)
        expect(openTexts(frames, expected)).toEqual(expected)
        expectAsked(harness, run)
      }
    })
    test(`${name}, cut anywhere, goes on to the same texts and outputs`, async () => {
      await using harness = await openCase(item)
      for (const run of item.runs ?? []) {
        if (run.refused !== undefined) continue
        const whole = await harness.run(run)
        const outcome = readOutcome(harness.plan, run, whole)
        for (const cut of cutsOf(whole.length, item.cutsMax ?? CUTS_MAX)) {
          const past = whole.slice(0, cut)
          const events = [...past, ...(await harness.run(run, past))]
          expect(readOutcome(harness.plan, run, events)).toEqual(outcome)
        }
      }
    })
  }
}
