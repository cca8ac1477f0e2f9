import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { OutboundTooLargeError } from '#shared/outbound/errors.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { createCallSlots } from './call-slots.ts'
import { RagflowFailure, type RagflowReason } from './ragflow-failure.ts'
import type { RagflowSettings } from './ragflow-settings.ts'

const ANSWER_BYTES_MAX = 64_000_000
/** At once, from this process. */
const CALLS_MAX = 30
/** Of a call that may be repeated. */
const ATTEMPTS_MAX = 3
const RETRY_MS_FIRST = 200
/** A file takes its time, whatever the limit of other calls is. */
const UPLOAD_MS_MIN = 300_000
const USER_AGENT = 'Orrery'

/** RAGFlow's envelope: every answer is JSON with a code, 0 for success. */
const Envelope = Type.Object({
  code: Type.Integer(),
  message: Type.Optional(Type.Unknown()),
  data: Type.Optional(Type.Unknown()),
})

const UNAUTHORISED_CODES = [401, 403, 109]

export interface RagflowCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Behind `/api/v1`, its parts escaped: see `pathOf`. */
  path: string
  query?: Record<string, string>
  /** JSON, or a form with files. */
  body?: object | FormData
  /** True when doing it twice is the same as doing it once. */
  isRepeatable: boolean
  signal: AbortSignal
}

/** RAGFlow's HTTP API, version 1. Answers `data`; throws RagflowFailure, or the signal's reason. */
export type RagflowClient = (call: RagflowCall) => Promise<unknown>

/** A path of these parts, each escaped. */
export const pathOf = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('')

/** @param settings.baseUrl an address that the administrator set: it may be private, as RAGFlow mostly stands beside us */
export const createRagflowClient = (settings: RagflowSettings): RagflowClient => {
  const inSlot = createCallSlots(CALLS_MAX)

  const attempt = async (call: RagflowCall): Promise<unknown> => {
    const msMax = call.body instanceof FormData ? Math.max(settings.callMsMax, UPLOAD_MS_MIN) : settings.callMsMax
    const timeout = AbortSignal.timeout(msMax)
    try {
      return readEnvelope(await send(settings, call, AbortSignal.any([call.signal, timeout])))
    } catch (error) {
      call.signal.throwIfAborted()
      if (error instanceof RagflowFailure) throw error
      if (timeout.aborted) throw new RagflowFailure('timeout', `it did not answer within ${msMax / 1_000} s`)
      throw new RagflowFailure('unreachable', 'it cannot be reached', { cause: error })
    }
  }

  return async (call) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await inSlot(call.signal, () => attempt(call))
      } catch (error) {
        const mayRepeat = call.isRepeatable && tried < ATTEMPTS_MAX
        if (!mayRepeat || !(error instanceof RagflowFailure) || error.reason !== 'unreachable') throw error
        await sleep(RETRY_MS_FIRST * 2 ** (tried - 1), undefined, { signal: call.signal })
      }
    }
  }
}

const send = async (settings: RagflowSettings, call: RagflowCall, signal: AbortSignal) => {
  const url = new URL(`${settings.baseUrl}/api/v1${call.path}`)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const headers = new Headers({ authorization: `Bearer ${settings.readToken()}`, 'user-agent': USER_AGENT })
  const isForm = call.body instanceof FormData
  if (call.body !== undefined && !isForm) headers.set('content-type', 'application/json')
  const response = await fetch(url, {
    method: call.method,
    headers,
    // Nobody but the address that was set gets the key.
    redirect: 'manual',
    signal,
    ...(call.body === undefined ? {} : { body: isForm ? (call.body as FormData) : JSON.stringify(call.body) }),
  })
  return { status: response.status, text: await readText(response) }
}

const readText = async (response: Response): Promise<string> => {
  try {
    return new TextDecoder().decode(await readBytesAtMost(response, ANSWER_BYTES_MAX))
  } catch (error) {
    if (error instanceof OutboundTooLargeError) throw new RagflowFailure('unreadable', 'its answer is too large')
    throw error
  }
}

/** RAGFlow tells failures by the status, by the code in the body, or by both. */
const readEnvelope = ({ status, text }: { status: number; text: string }): unknown => {
  const body = parse(text)
  const envelope = Value.Check(Envelope, body) ? body : undefined
  if (envelope?.code === 0 && status < 300) return envelope.data
  const code = envelope?.code ?? status
  const failure = failureOf({ status, code, isOfItsApi: envelope !== undefined })
  const message = failure.message ?? messageOf(envelope?.message, code)
  throw new RagflowFailure(failure.reason, message, { ragflowCode: code })
}

const failureOf = (answer: {
  status: number
  code: number
  isOfItsApi: boolean
}): { reason: RagflowReason; message?: string } => {
  const { status, code, isOfItsApi } = answer
  if (UNAUTHORISED_CODES.includes(status) || (isOfItsApi && UNAUTHORISED_CODES.includes(code))) {
    return { reason: 'unauthorised', message: 'it does not accept the API key' }
  }
  if (status === 429 || status >= 500) return { reason: 'unreachable', message: `it answered with status ${status}` }
  if (status >= 300 && status < 400) {
    return { reason: 'unreadable', message: 'its address leads elsewhere; set RAGFLOW_BASE_URL to where it leads' }
  }
  return isOfItsApi || status >= 400
    ? { reason: 'refused' }
    : { reason: 'unreadable', message: 'its answer is not of its API' }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const MESSAGE_LENGTH_MAX = 500

const messageOf = (message: unknown, code: number): string =>
  typeof message === 'string' && message !== '' ? message.slice(0, MESSAGE_LENGTH_MAX) : `code ${code}`
