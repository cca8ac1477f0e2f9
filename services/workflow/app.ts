import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import type { WorkflowDependencies } from './dependencies.ts'
import { fileRoutes } from './files/file-routes.ts'
import { flowRoutes } from './flows/flow-routes.ts'
import { lintRoutes } from './flows/lint-routes.ts'
import { resumeFramesRoutes } from './runs/resume-frames-routes.ts'
import { resumeRunRoutes } from './runs/resume-run-routes.ts'
import { runCommandRoutes } from './runs/run-command-routes.ts'
import { runDebugRoutes } from './runs/run-debug-routes.ts'
import { runRoutes } from './runs/run-routes.ts'
import { hookRoutes } from './triggers/hook-routes.ts'
import { scheduleRoutes } from './triggers/schedule-routes.ts'
import { webhookRoutes } from './triggers/webhook-routes.ts'
import { chatRoutes } from './wire/chat-routes.ts'
import { codeRoutes } from './wire/code-routes.ts'
import { compareRoutes } from './wire/compare-routes.ts'
import { flowInfoRoutes } from './wire/flow-info-routes.ts'
import { nodeDebugRoutes } from './wire/node-debug-routes.ts'
import { protocolRoutes } from './wire/protocol-routes.ts'
import { publishRoutes } from './wire/publish-routes.ts'
import { unknownRoutes } from './wire/unknown-routes.ts'
import { uploadRoutes } from './wire/upload-routes.ts'

/** Builds the app without listening, so tests call it in memory. The wire comes first: it answers its failures itself. */
export const createWorkflowApp = (dependencies: WorkflowDependencies) =>
  new Elysia({ name: 'workflow', normalize: false })
    .use(chatRoutes(dependencies, '/workflow/v1'))
    .use(protocolRoutes(dependencies, '/workflow/v1'))
    .use(protocolRoutes(dependencies, '/sparkflow/v1'))
    .use(codeRoutes(dependencies, '/workflow/v1'))
    .use(codeRoutes(dependencies, '/sparkflow/v1'))
    .use(compareRoutes(dependencies, '/workflow/v1'))
    .use(compareRoutes(dependencies, '/sparkflow/v1'))
    .use(flowInfoRoutes(dependencies, '/workflow/v1'))
    .use(flowInfoRoutes(dependencies, '/sparkflow/v1'))
    .use(nodeDebugRoutes(dependencies, '/workflow/v1'))
    .use(nodeDebugRoutes(dependencies, '/sparkflow/v1'))
    .use(uploadRoutes(dependencies, '/workflow/v1'))
    .use(publishRoutes(dependencies, '/workflow/v1'))
    .use(publishRoutes(dependencies, '/workflow/v1/v1'))
    .use(publishRoutes(dependencies, '/v1'))
    .use(unknownRoutes)
    .use(errorPlugin(dependencies.logger))
    .use(fileRoutes(dependencies.fileStores))
    .use(flowRoutes(dependencies))
    .use(lintRoutes(dependencies))
    .use(runRoutes(dependencies))
    .use(runCommandRoutes(dependencies))
    .use(resumeRunRoutes(dependencies))
    .use(runDebugRoutes(dependencies))
    .use(scheduleRoutes(dependencies))
    .use(webhookRoutes(dependencies))
    .use(hookRoutes(dependencies))
    .use(resumeFramesRoutes(dependencies))

export type WorkflowApp = ReturnType<typeof createWorkflowApp>
