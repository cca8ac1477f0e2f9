import type { WireResult } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { TaskBehaviour } from '../engine/node-execution.ts'

/**
 * A node whose service this installation does not have: its flow can be stored, read and run up to here, where it fails by the node's error handling.
 * @param service what is missing, for people
 */
export const absentService = (service: string, result: WireResult): TaskBehaviour => ({
  role: 'task',
  branches: false,
  effect: 'none',
  streams: {},
  timeout: { limits: 'whole', result },
  failure: result,
  execute() {
    throw new NodeError(result, `${service} is not part of this installation`)
  },
})
