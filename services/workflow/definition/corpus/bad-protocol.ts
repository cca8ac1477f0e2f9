import { end, flow, node, output, ref, start } from '../../test/build-flow.ts'

type Json = Record<string, unknown>

/** A protocol that must be refused when a flow is added. */
export interface BadProtocol {
  name: string
  /** A function where writing it out would fill the page. */
  protocol: unknown
  /** The wire's code of `protocol/add`. */
  code: number
  /** Each of these stands in the message: the node, the field, the reason. */
  says: readonly string[]
}

/** General faults: 20102 when added, 20104 when updated, 20101 when built, 20100 when run. */
export const GENERAL = 20_102

export const START = 'node-start::s'
export const END = 'node-end::e'
export const echoEnd = end({ x: ref(START, 'q') }, '{{x}}')

/** start -> end, and a node that nothing leads to. */
export const beside = (...extra: unknown[]): unknown => flow([start(), echoEnd, ...(extra as Json[])], [[START, END]])

/** start -> the node -> end */
export const between = (extra: Json): unknown =>
  flow(
    [start(), extra, echoEnd],
    [
      [START, String(extra.id)],
      [String(extra.id), END],
    ],
  )

/** A joiner with one literal input of a declared type. */
export const literal = (type: string, content: unknown): unknown => {
  const joiner = node('text-joiner::lit', { outputs: [output('output')], param: { mode: 0, prompt: '{{v}}' } })
  const input = { id: '', name: 'v', schema: { type, value: { type: 'literal', content } } }
  return between({ ...joiner, data: { ...(joiner.data as Json), inputs: [input] } })
}

/** The joiner `text-joiner::odd` with parts of its `data` replaced. */
export const odd = (data: Json): unknown => {
  const joiner = node('text-joiner::odd', { outputs: [output('output')], param: { mode: 0, prompt: '' } })
  return between({ ...joiner, data: { ...(joiner.data as Json), ...data } })
}
