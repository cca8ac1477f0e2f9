import { t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import type { FlowServices } from '../engine/flow-services.ts'
import { debugNode } from '../runs/debug-node.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { type WireRoutesDependencies, wireOperation } from './wire-operation-plugin.ts'

/** Unknown fields are ignored, as the original does. */
const open = { additionalProperties: true } as const

const NodeDebug = t.Object(
  {
    id: t.String({ minLength: 1 }),
    name: t.String({ minLength: 1 }),
    description: t.Optional(t.Union([t.String(), t.Null()])),
    data: t.Object(
      {
        nodes: t.Array(t.Object({ id: t.String({ minLength: 1 }), data: t.Record(t.String(), t.Unknown()) }, open), {
          minItems: 1,
        }),
        edges: t.Optional(t.Array(t.Unknown())),
      },
      open,
    ),
  },
  {
    ...open,
    examples: [
      {
        id: '7393258312345678849',
        name: 'echo',
        data: {
          nodes: [
            {
              id: 'text-joiner::1',
              data: {
                nodeMeta: { nodeType: 'tool', aliasName: 'Join' },
                inputs: [{ name: 'who', schema: { type: 'string', value: { type: 'literal', content: 'you' } } }],
                outputs: [{ name: 'output', schema: { type: 'string' } }],
                nodeParam: { mode: 0, prompt: 'Hello {{who}}' },
              },
            },
          ],
          edges: [],
        },
      },
    ],
  },
)

export interface NodeDebugDependencies extends Pick<WireRoutesDependencies, 'logger' | 'nextSid'> {
  servicesFor(ownerAppId: string): FlowServices
}

/** Tries the first node of a protocol alone. */
export const nodeDebugRoutes = (dependencies: NodeDebugDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'debug', fallback: wireCodes.NODE_DEBUG_FAILED }).post(
    '/node/debug',
    async ({ body, request }) => {
      const appId = readCaller(request.headers).appId ?? ''
      const sid = dependencies.nextSid()
      const [node] = body.data.nodes
      const services = dependencies.servicesFor(appId)
      return success(sid, await debugNode(services, { node: node ?? {}, appId, sid, signal: request.signal }))
    },
    {
      parse: 'json',
      body: NodeDebug,
      response: WireEnvelope,
      detail: { summary: 'Execute one node alone, with the literal values of its inputs' },
    },
  )
