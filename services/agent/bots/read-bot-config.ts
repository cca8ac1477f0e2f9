import {
  type Fields,
  readBoolean,
  readInteger,
  readNumber,
  readObject,
  readText,
  readTexts,
} from '../wire/read-fields.ts'
import type { BotConfig, BotModel } from './bot-config.ts'

export const BOT_ID_CHARS_MAX = 64

/** A bot configuration from a body of the wire, with every default filled in. Throws InvalidRequestError. Pure. */
export const readBotConfig = (body: Fields): BotConfig => {
  const ids = readBotIds(body)
  const knowledge = readObject(body, 'knowledge_config')
  const model = readObject(body, 'model_config', { required: true })
  const regular = readObject(body, 'regular_config', { required: true })
  const match = readObject(regular, 'match')
  return {
    app_id: ids.appId,
    bot_id: ids.botId,
    knowledge_config: {
      score_threshold: readNumber(knowledge, 'score_threshold', 0.3),
      top_k: readInteger(knowledge, 'top_k', { fallback: 3 }),
    },
    model_config: {
      instruct: readText(model, 'instruct', { fallback: '' }),
      plan: readBotModel(readObject(model, 'plan')),
      summary: readBotModel(readObject(model, 'summary')),
    },
    regular_config: {
      match: { repoId: readTexts(match, 'repoId'), docId: readTexts(match, 'docId') },
      rag: { type: readText(readObject(regular, 'rag'), 'type', { fallback: 'AIUI-RAG2' }) },
    },
    tool_ids: readTexts(body, 'tool_ids'),
    mcp_server_ids: readTexts(body, 'mcp_server_ids'),
    mcp_server_urls: readTexts(body, 'mcp_server_urls'),
    flow_ids: readTexts(body, 'flow_ids'),
  }
}

/** `app_id` and `bot_id` of a body or a query string, 1 to 64 characters each. */
export const readBotIds = (fields: Fields): { appId: string; botId: string } => {
  const limits = { charsMin: 1, charsMax: BOT_ID_CHARS_MAX }
  return { appId: readText(fields, 'app_id', limits), botId: readText(fields, 'bot_id', limits) }
}

const readBotModel = (fields: Fields): BotModel => {
  const parameter = readObject(fields, 'parameter')
  return {
    api: readText(fields, 'api', { fallback: '' }),
    domain: readText(fields, 'domain', { fallback: '' }),
    sk: readText(fields, 'sk', { fallback: '' }),
    parameter: {
      max_tokens: readInteger(parameter, 'max_tokens', { fallback: 2048 }),
      question_type: readText(parameter, 'question_type', { fallback: 'not_knowledge' }),
      temperature: readNumber(parameter, 'temperature', 0.5),
      top_k: readInteger(parameter, 'top_k', { fallback: 4 }),
    },
    patch_id: readTexts(fields, 'patch_id'),
    support_function_call: readBoolean(fields, 'support_function_call', false),
  }
}
