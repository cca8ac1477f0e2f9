import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { lintFlow } from '../definition/lint/lint-flow.ts'
import { FlowWithoutProtocolError } from '../errors.ts'
import type { FlowWriting } from './add-flow.ts'
import { findOwnFlow } from './flow-access.ts'
import { FlowParams } from './flow-schemas.ts'

const Findings = t.Object(
  {
    findings: t.Array(
      t.Object({
        severity: t.UnionEnum(['error', 'warning'], {
          description: 'An error fails a build and every run that comes to the node.',
        }),
        nodeId: t.Nullable(t.String()),
        field: t.String(),
        code: t.String(),
        message: t.String(),
        remedy: t.String(),
      }),
    ),
  },
  {
    examples: [
      {
        findings: [
          {
            severity: 'warning',
            nodeId: 'message::1',
            field: '',
            code: 'NODE_UNREACHABLE',
            message: 'No path leads from the start to this node.',
            remedy: 'Connect the node, or remove it.',
          },
        ],
      },
    ],
  },
)

/** What is doubtful about a draft, before anybody runs it. */
export const lintRoutes = ({ stores, checkDefinition }: FlowWriting) =>
  new Elysia({ prefix: '/api/flows', normalize: false, tags: ['flows'] }).get(
    '/:id/lint',
    async ({ params, request }) => {
      const { id, definitionHash } = await findOwnFlow(stores.flows, readCaller(request.headers), params.id)
      const draft = definitionHash ? await stores.definitions.find(definitionHash) : undefined
      if (!draft) throw new FlowWithoutProtocolError(id)
      return { findings: lintFlow(draft, checkDefinition) }
    },
    { params: FlowParams, response: Findings, detail: { summary: 'Look at a draft for faults, errors first' } },
  )
