import { Elysia } from 'elysia'
import { errorPlugin } from '#shared/http/error-plugin.ts'
import { agentRoutes } from './agents/agent-routes.ts'
import { askRoutes } from './agents/ask-routes.ts'
import { versionRoutes } from './agents/version-routes.ts'
import { turnRoutes } from './approvals/turn-routes.ts'
import { botConfigRoutes } from './bots/bot-config-routes.ts'
import { chatRoutes } from './chat/chat-routes.ts'
import { conversationRoutes } from './conversations/conversation-routes.ts'
import { messageRoutes } from './conversations/message-routes.ts'
import { resumeConversationRoutes } from './conversations/resume-conversation-routes.ts'
import type { AgentDependencies } from './dependencies.ts'
import { fileRoutes } from './files/file-routes.ts'
import { memoryRoutes } from './memory/memory-routes.ts'
import { modelRoutes } from './models/model-routes.ts'
import { modelTestRoutes } from './models/model-test-routes.ts'
import { openAiRoutes } from './openai/openai-routes.ts'
import { resumeFlowRoutes } from './openai/resume-flow-routes.ts'
import { budgetRoutes } from './spending/budget-routes.ts'
import { usageRoutes } from './spending/usage-routes.ts'
import { resumeTurnRoutes } from './turns/resume-turn-routes.ts'

/** Builds the app without listening, so tests call it in memory. Routes with envelopes of their own come before our own ones. */
export const createAgentApp = (dependencies: AgentDependencies) =>
  new Elysia({ name: 'agent' })
    .use(botConfigRoutes(dependencies))
    .use(chatRoutes(dependencies))
    .use(openAiRoutes(dependencies))
    .use(errorPlugin(dependencies.logger))
    .use(modelRoutes(dependencies))
    .use(modelTestRoutes(dependencies))
    .use(budgetRoutes(dependencies))
    .use(usageRoutes(dependencies))
    .use(agentRoutes(dependencies))
    .use(versionRoutes(dependencies))
    .use(askRoutes(dependencies))
    .use(turnRoutes(dependencies))
    .use(conversationRoutes(dependencies))
    .use(messageRoutes(dependencies))
    .use(resumeConversationRoutes(dependencies))
    .use(memoryRoutes(dependencies))
    .use(fileRoutes(dependencies.fileStores))
    .use(resumeTurnRoutes(dependencies))
    .use(resumeFlowRoutes(dependencies))
