import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { BotConfig } from './bot-config.ts'
import type { BotRepository } from './bot-repository.ts'
import { createBotStore } from './bot-store.ts'
import { readBotConfig } from './read-bot-config.ts'

/** App and id of the bot that every new data directory has. */
export const STARTER_APP_ID = 'starter'
export const STARTER_BOT_ID = 'starter'
const STARTER_NAME = 'bot'

/** Creates the starter bot, once: what a user changed or deleted stays so. Run in a transaction, so that the note and the bot go together. */
export const createStarterBot = async (bots: BotRepository, secrets: SecretBox): Promise<void> => {
  if (await bots.markStarter(STARTER_NAME)) await createBotStore({ bots, secrets }).insert(starterBot())
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
