import type { Database } from '#shared/postgres/connect.ts'
import type { PrepareAgentTurnDependencies } from '../agents/prepare-agent-turn.ts'
import type { BotStore } from '../bots/bot-store.ts'
import type { MessageFiles } from '../files/message-files.ts'
import type { StartTurnDependencies } from '../turns/start-turn.ts'
import type { ConversationRepository } from './conversation-repository.ts'

/** What operations on conversations need. */
export interface ConversationDependencies extends StartTurnDependencies, PrepareAgentTurnDependencies {
  database: Database
  conversations: ConversationRepository
  bots: BotStore
  messageFiles: MessageFiles
  createSid: () => string
}
