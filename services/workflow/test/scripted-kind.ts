import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import type { TaskBehaviour } from '../engine/node-execution.ts'
import { defineNodeKind, type NodeKind } from '../nodes/node-kind.ts'

/** A kind of node (`scripted::<id>`) that does what the test says for its id, and is handled by the engine like any other. */
export const scriptedKind = (
  scripts: Record<string, TaskBehaviour['execute']>,
  behaviour: Partial<TaskBehaviour> = {},
): NodeKind =>
  defineNodeKind({
    type: 'scripted',
    handlesErrors: true,
    parameters: Type.Object({}),
    build: ({ id }) => ({
      role: 'task',
      branches: false,
      effect: 'none',
      streams: { text: 'output' },
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.NODE_RUN_FAILED,
      execute: scripts[id.slice('scripted::'.length)] ?? (() => ({ variables: { output: id } })),
      ...behaviour,
    }),
  })
