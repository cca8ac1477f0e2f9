import type { ChatMessage } from '#shared/models/chat-model.ts'
import { BOT_ID_CHARS_MAX } from '../bots/read-bot-config.ts'
import { missing } from '../wire/invalid-request.ts'
import { type Fields, readBoolean, readObject, readText } from '../wire/read-fields.ts'
import { readMessages } from './read-messages.ts'

const UID_CHARS_MAX = 64

/** What both completion routes of the wire ask for. */
export interface CompletionRequest {
  uid: string
  messages: ChatMessage[]
  stream: boolean
  caller: string
}

export const readCompletionRequest = (body: Fields): CompletionRequest => {
  const messages = readMessages(body)
  return {
    uid: readText(body, 'uid', { fallback: '', charsMax: UID_CHARS_MAX }),
    messages,
    stream: readBoolean(body, 'stream', false),
    caller: readText(readObject(body, 'meta_data'), 'caller', { fallback: 'chat_open_api' }),
  }
}

/** The bot's id. Left out, it is no error of the request but names no bot; present, it has 1 to 64 characters. */
export const readBotId = (body: Fields): string =>
  body.bot_id === undefined ? '' : readText(body, 'bot_id', { charsMin: 1, charsMax: BOT_ID_CHARS_MAX })

/** The app that a call is for. Throws InvalidRequestError without it. */
export const readAppId = (headers: Headers): string => {
  const appId = headers.get('x-consumer-username')
  if (!appId) throw missing('x-consumer-username')
  return appId
}
