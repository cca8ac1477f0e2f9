import type { Database } from '#shared/postgres/connect.ts'
import type { BotStore } from '../bots/bot-store.ts'
import type { MessageFiles } from '../files/message-files.ts'
import type { MemoryStore } from '../memory/memory-store.ts'
import type { PrepareTurnDependencies } from '../turns/prepare-turn.ts'
import type { StartTurnDependencies } from '../turns/start-turn.ts'
import type { ConversationRepository } from './conversation-repository.ts'

/** What operations on conversations need. */
export interface ConversationDependencies extends StartTurnDependencies, PrepareTurnDependencies {
  database: Database
  conversations: ConversationRepository
  bots: BotStore
  memories: MemoryStore
  messageFiles: MessageFiles
  createSid: () => string
}
