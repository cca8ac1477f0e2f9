import type { ModelRepository } from '#shared/models/model-repository.ts'
import { REHEARSAL_NAME } from '#shared/models/rehearsal/rehearsal-model.ts'
import type { BotRepository } from '../bots/bot-repository.ts'

const STARTER_NAME = 'model'

/** Creates the row of the rehearsal model, once. Run in a transaction, so that the note and the row go together. */
export const createStarterModel = async (
  models: ModelRepository,
  starters: Pick<BotRepository, 'markStarter'>,
): Promise<void> => {
  if (!(await starters.markStarter(STARTER_NAME))) return
  await models.insert({ name: REHEARSAL_NAME, provider: 'rehearsal', modelId: REHEARSAL_NAME })
}
