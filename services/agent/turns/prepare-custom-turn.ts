import type { CustomRequest } from '../chat/read-custom-request.ts'
import type { TurnStarted } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS } from '../loop/turn-limits.ts'
import { modelReference } from './model-reference.ts'
import { type PrepareTurnDependencies, prepareTurn, WIRE_SETTINGS } from './prepare-turn.ts'

/** Pins a turn of an agent that the wire's custom route describes. Throws WireError for a plugin that is not there. */
export const prepareCustomTurn = (
  dependencies: PrepareTurnDependencies,
  asked: CustomRequest,
  context: { sid: string; appId: string },
): Promise<TurnStarted> => {
  const model = modelReference(dependencies.secrets, { ...asked.model, parameters: {} })
  const { uid, caller, messages } = asked
  return prepareTurn(
    dependencies,
    {
      botId: '',
      instructions: asked.instruction,
      planModel: model,
      answerModel: model,
      plugins: asked.plugins,
      settings: { ...WIRE_SETTINGS, limits: { ...DEFAULT_LIMITS, roundsMax: asked.roundsMax } },
    },
    { ...context, uid, caller, messages },
  )
}
