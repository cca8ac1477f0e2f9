import { createSessionIds } from '#shared/ids/session-id.ts'
import type { ModelFault } from './check-model.ts'
import type { WireError } from './wire-error.ts'

const nextSessionId = createSessionIds({ sub: 'link', port: '18888' })

/** Answers of the management routes. */
export const managed = (data: unknown): Response =>
  Response.json({ code: 0, message: 'Success', sid: nextSessionId(), data })

export const notManaged = ({ linkCode, message }: WireError, headers: Record<string, string> = {}): Response =>
  Response.json({ code: linkCode, message, sid: nextSessionId(), data: {} }, { headers })

/** Answers of the routes that run. */
export const ran = (text: string): Response =>
  Response.json({ header: { code: 0, message: 'Success', sid: nextSessionId() }, payload: { text: { text } } })

export const notRan = ({ linkCode, message }: WireError, headers: Record<string, string> = {}): Response =>
  Response.json({ header: { code: linkCode, message, sid: nextSessionId() }, payload: {} }, { headers })

/** What the original's framework answers to a body of the wrong types. */
export const unprocessable = (detail: readonly ModelFault[]): Response => Response.json({ detail }, { status: 422 })
