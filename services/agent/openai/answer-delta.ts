import type { ChatDelta } from '#shared/models/chat-model.ts'

/** A piece of an answer of the façade. */
export type AnswerDelta =
  | Exclude<ChatDelta, { type: 'finish' }>
  | (Extract<ChatDelta, { type: 'finish' }> & {
      /** The answer is a question of a flow, which waits: the metadata of the next request says which one it answers. */
      eventId?: string
    })

/** Key of a request's `metadata` that says which question of a flow its last message answers, and of the answer that asks it. */
export const EVENT_ID_KEY = 'orrery_event_id'
