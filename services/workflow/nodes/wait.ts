import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import { defineNodeKind } from './node-kind.ts'

const SECOND_MS = 1000
/** Ten years: what is longer is a mistake. */
const WAIT_MS_MAX = 10 * 366 * 24 * 3600 * SECOND_MS

/**
 * Waits as a row: for `seconds` (a parameter, or an input of this name), or until a moment (`until`: ISO 8601 text or Unix milliseconds). Its
 * first output, if it has one, is the moment at which the wait ended, as ISO 8601 text.
 */
export const waitNode = defineNodeKind({
  type: 'wait',
  handlesErrors: false,
  parameters: Type.Object({
    seconds: Type.Optional(Type.Number({ minimum: 0, maximum: WAIT_MS_MAX / SECOND_MS })),
    until: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  }),
  build({ id, inputNames, outputs }, parameters) {
    const isGiven = (name: 'seconds' | 'until') => parameters[name] !== undefined || inputNames.has(name)
    if (!isGiven('seconds') && !isGiven('until')) {
      throw new FlowProtocolError(`node ${id}, nodeParam /seconds: say how long to wait, or /until when`)
    }
    if (typeof parameters.until === 'string' && Number.isNaN(Date.parse(parameters.until))) {
      throw new FlowProtocolError(`node ${id}, nodeParam /until: ${JSON.stringify(parameters.until)} is no moment`)
    }
    const output = outputs[0]?.name
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.NODE_RUN_FAILED,
      execute({ inputs, replies }) {
        if (replies.length > 0) return { variables: output === undefined ? {} : { [output]: new Date().toISOString() } }
        const seconds = inputs.seconds ?? parameters.seconds
        const wakeAt =
          seconds === undefined ? readMoment(inputs.until ?? parameters.until) : Date.now() + readDuration(seconds)
        return { wait: { wakeAt } }
      },
    }
  },
})

const readDuration = (seconds: unknown): number => {
  const milliseconds = Number(seconds) * SECOND_MS
  if (milliseconds >= 0 && milliseconds <= WAIT_MS_MAX) return milliseconds
  throw new NodeError(wireCodes.NODE_RUN_FAILED, `${String(seconds)} is no number of seconds to wait`)
}

const readMoment = (until: unknown): number => {
  const moment = typeof until === 'number' ? until : Date.parse(String(until))
  if (Number.isFinite(moment) && moment - Date.now() <= WAIT_MS_MAX) return moment
  throw new NodeError(wireCodes.NODE_RUN_FAILED, `${String(until)} is no moment to wait for`)
}
