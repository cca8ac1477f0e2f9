import { DEFAULT_LIMITS } from '../loop/turn-limits.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import type { ChangeAgentBody } from './agent-schemas.ts'
import type { AgentContent, AgentModel } from './agent-settings.ts'
import { toMemory, toTool } from './fill-defaults.ts'

/**
 * The content with what a body says; each field that is named replaces the whole field. Naming a model drops an endpoint that the agent
 * brought. Throws AGENT_TOOL_… for tools that cannot be meant. Pure.
 */
export const withChanges = (
  { settings, keys }: AgentContent,
  body: ChangeAgentBody,
  toolbox: Toolbox,
): AgentContent => {
  const { model, answerModel, temperature, maxTokens, tools, memory, limits, opening, ...fields } = body
  const parameters = {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  }
  const asked: AgentModel = {
    ...settings.model,
    ...parameters,
    ...(model === undefined ? {} : { name: model, url: '' }),
  }
  const answering = answerModelOf(settings.answerModel, { named: answerModel, asked, parameters })
  return {
    settings: {
      ...settings,
      ...definedOnly(fields),
      model: asked,
      answerModel: answering && Bun.deepEquals(answering, asked) ? null : answering,
      tools: tools === undefined ? settings.tools : tools.map((tool) => toTool(tool, toolbox)),
      limits: limits === undefined ? settings.limits : { ...DEFAULT_LIMITS, ...definedOnly(limits) },
      memory: memory === undefined ? settings.memory : toMemory(memory),
      opening: opening === undefined ? settings.opening : { text: '', questions: [], ...definedOnly(opening) },
    },
    keys: {
      model: asked.url === '' ? '' : keys.model,
      answerModel: answering === null || answering.url === '' ? '' : keys.answerModel,
    },
  }
}

const answerModelOf = (
  current: AgentModel | null,
  change: { named: string | null | undefined; asked: AgentModel; parameters: Partial<AgentModel> },
): AgentModel | null => {
  if (change.named === null) return null
  if (change.named !== undefined) return { ...change.asked, name: change.named, url: '' }
  return current && { ...current, ...change.parameters }
}

const definedOnly = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>
  }
