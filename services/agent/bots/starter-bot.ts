import { createBuiltInToolbox } from '../toolbox/toolbox.ts'
import type { BotConfig } from './bot-config.ts'
import { createBotRepository } from './bot-repository.ts'
import { type BotStoreDependencies, createBotStore } from './bot-store.ts'
import { readBotConfig } from './read-bot-config.ts'

/** App and id of the bot that every new data directory has. */
export const STARTER_APP_ID = 'starter'
export const STARTER_BOT_ID = 'starter'
const STARTER_NAME = 'bot'

/** Creates the starter bot, once: what a user changed or deleted stays so. Run in a transaction, so that the note and the bot go together. */
export const createStarterBot = async ({
  database,
  secrets,
}: Pick<BotStoreDependencies, 'database' | 'secrets'>): Promise<void> => {
  if (!(await createBotRepository(database).markStarter(STARTER_NAME))) return
  const toolbox = createBuiltInToolbox()
  const isBuiltIn = (toolId: string) => toolbox.find(toolId) !== undefined
  await createBotStore({ database, secrets, isBuiltIn }).insert(starterBot())
}

const starterBot = (): BotConfig =>
  readBotConfig({
    app_id: STARTER_APP_ID,
    bot_id: STARTER_BOT_ID,
    model_config: {
      instruct: 'You are a helpful assistant. Use your tools for the time and for calculations.',
      plan: { domain: 'rehearsal' },
      summary: { domain: 'rehearsal' },
    },
    regular_config: {},
    tool_ids: ['current-time', 'calculator'],
  })
