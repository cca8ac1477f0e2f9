import { Elysia, t } from 'elysia'
import { RunNotFoundError } from '../errors.ts'
import { type ResumeFramesDependencies, resumeFrames } from './resume-frames.ts'
import { RunParams } from './run-schemas.ts'

/** Asked by the gateway alone, for a client that it already let in: nothing outside reaches `/internal`. */
export const resumeFramesRoutes = (dependencies: ResumeFramesDependencies) =>
  new Elysia({ prefix: '/internal/workflow', normalize: false }).get(
    '/runs/:id/frames',
    async ({ params, query }) => {
      const response = await resumeFrames(dependencies, { runId: params.id, ...query })
      if (!response) throw new RunNotFoundError(params.id)
      return response
    },
    {
      params: RunParams,
      query: t.Object({ after: t.Integer({ minimum: 0, default: 0 }), question: t.Optional(t.String()) }),
      detail: { hide: true },
    },
  )
