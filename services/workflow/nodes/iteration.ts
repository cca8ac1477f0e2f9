import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import type { Plan } from '../definition/plan.ts'
import { type WireResult, wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { ContainerRun, NodeResult, RoundEnd } from '../engine/node-execution.ts'
import { roundEndBehaviour } from './loop/loop.ts'
import { defineNodeKind, type NodeSource } from './node-kind.ts'
import { createStartBehaviour } from './start.ts'

/** Items worked on at once, at most. */
const PARALLEL_MAX = 64
/** Items of one list, at most: each leaves its events in the journal. */
const ITEMS_MAX = 100_000

const parametersSchema = Type.Object({
  /** Not left out: its absence has a code of its own. */
  IterationStartNodeId: Type.String({ default: '' }),
  /** How many items are worked on at once; results keep the order of the items. */
  parallelism: Type.Integer({ default: 1, minimum: 1, maximum: PARALLEL_MAX }),
  /** What a failing item does: fail the node, leave null in the results, or leave nothing. */
  itemErrors: Type.Union([Type.Literal('fail'), Type.Literal('null'), Type.Literal('skip')], { default: 'fail' }),
})

/**
 * Runs its body once for each item of its first input. Outputs are lists: what the body's end node was given under the same name, item by item.
 * Each item sees the variables around the node, and none of another item.
 */
export const iterationNode = defineNodeKind({
  type: 'iteration',
  handlesErrors: false,
  parameters: parametersSchema,
  build(node, parameters) {
    if (parameters.IterationStartNodeId === '') {
      const place = `node ${node.id}, nodeParam /IterationStartNodeId`
      throw new FlowProtocolError(`${place}: it does not say where its body starts`, wireCodes.NODE_PROTOCOL_INVALID)
    }
    if (node.inputs[0] === undefined) {
      throw new FlowProtocolError(`node ${node.id} has no input to take items from`, wireCodes.NODE_PROTOCOL_INVALID)
    }
    const listInput = node.inputs[0].name
    return {
      role: 'container',
      branches: false,
      streams: {},
      timeout: { limits: 'gap', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.ITERATION_FAILED,
      bodyStart: parameters.IterationStartNodeId,
      open({ inputs, body }) {
        const items = inputs[listInput]
        if (!Array.isArray(items)) throw failure(`${listInput} is no list`)
        if (items.length > ITEMS_MAX) throw failure(`${listInput} has more than ${ITEMS_MAX} items`)
        return iterate({ node, parameters, items, body: body as Plan })
      },
    }
  },
})

const failure = (detail: string) => new NodeError(wireCodes.ITERATION_FAILED, detail)

type ItemEnd = { outputs: Readonly<Record<string, unknown>> } | { failure: WireResult }

const iterate = (options: {
  node: NodeSource
  parameters: { parallelism: number; itemErrors: 'fail' | 'null' | 'skip' }
  items: readonly unknown[]
  body: Plan
}): ContainerRun => {
  const { node, items, body } = options
  const { parallelism, itemErrors } = options.parameters
  const itemName = body.nodes[body.start]?.outputs[0]?.name ?? ''
  const ends: (ItemEnd | undefined)[] = []
  let begun = 0
  let ended = 0

  const toResult = (): NodeResult => {
    const kept = itemErrors === 'skip' ? ends.filter((end) => end && 'outputs' in end) : ends
    const outputOf = (end: ItemEnd | undefined, name: string): unknown =>
      end && 'outputs' in end ? (end.outputs[name] ?? null) : null
    return {
      variables: Object.fromEntries(node.outputs.map(({ name }) => [name, kept.map((end) => outputOf(end, name))])),
    }
  }

  return {
    next() {
      const from = begun
      begun = Math.min(items.length, ended + parallelism)
      return items.slice(from, begun).map((item, offset) => ({
        key: String(from + offset),
        plan: body,
        parameters: { [itemName]: item, index: from + offset },
      }))
    },
    ended(key: string, end: RoundEnd) {
      ended += 1
      if (end.failure && itemErrors === 'fail') throw new NodeError(end.failure)
      ends[Number(key)] = end.failure ? { failure: end.failure } : { outputs: end.outputs }
    },
    result: () => (ended === items.length ? toResult() : undefined),
  }
}

/** Gives the round's item to the body. A second output named `index` is the item's number, from 0. */
export const iterationStartNode = defineNodeKind({
  type: 'iteration-node-start',
  handlesErrors: false,
  parameters: Type.Object({}),
  build: ({ outputs }) => createStartBehaviour(outputs, wireCodes.ITERATION_FAILED),
})

/** Its inputs are the round's results. */
export const iterationEndNode = defineNodeKind({
  type: 'iteration-node-end',
  handlesErrors: false,
  parameters: Type.Object({}),
  build: () => roundEndBehaviour,
})
