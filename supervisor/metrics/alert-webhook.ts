import type { Logger } from '#shared/logging/logger.ts'
import { ALERT_RULES, type AlertEvent, describeAlert } from './alert-policy.ts'

/** Body of the POST to `ORRERY_ALERT_WEBHOOK`, as JSON. Fields may be added. */
export interface AlertMessage {
  state: 'fired' | 'resolved'
  /** One of the names of `ALERT_RULES`, such as `error-rate`. */
  alert: string
  /** Absent when it is about the whole instance. */
  service?: string
  /** What was measured last, in `unit`. */
  value: number
  threshold: number
  /** `share` is a number from 0 to 1. */
  unit: 'seconds' | 'share'
  /** One sentence for people. */
  summary: string
  /** ISO 8601: when this happened, and since when the alert had been firing. */
  at: string
  since: string
  /** Which Orrery says so. */
  instance: { url: string; version: string }
}

export interface AlertWebhook {
  /** Returns at once; the message is sent in its turn. */
  tell(event: AlertEvent): void
  /** Sends nothing more. */
  stop(): void
}

export interface AlertWebhookOptions {
  url: string
  instance: { url: string; version: string }
  logger: Logger
  /** First pause after a failure, in milliseconds; PAUSE_MS_MIN by default. */
  pauseMsMin?: number
}

/** Messages that wait while the receiver is away. The oldest go first: what is true now matters more. */
export const WAITING_MAX = 100
const ATTEMPTS_MAX = 6
const ANSWER_MS_MAX = 10_000
const PAUSE_MS_MIN = 1_000
const PAUSE_MS_MAX = 60_000

/** Tells a web address what fired and what is over, one message after the other, each several times if need be. */
export const createAlertWebhook = (options: AlertWebhookOptions): AlertWebhook => {
  const { url, instance, logger } = options
  const stopped = new AbortController()
  const waiting: AlertMessage[] = []
  let isSending = false

  const post = async (message: AlertMessage): Promise<string | undefined> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      })
      await response.body?.cancel()
      return response.ok ? undefined : `it answered ${response.status}`
    } catch (error) {
      return String((error as Error).message ?? error)
    }
  }

  /** A receiver that is away gets the message again, after pauses that grow; each is cut by up to a half at random. */
  const deliver = async (message: AlertMessage) => {
    let problem: string | undefined
    for (let attempt = 0; attempt < ATTEMPTS_MAX && !stopped.signal.aborted; attempt += 1) {
      problem = await post(message)
      if (problem === undefined) return
      const longest = Math.min((options.pauseMsMin ?? PAUSE_MS_MIN) * 2 ** attempt, PAUSE_MS_MAX)
      if (attempt + 1 < ATTEMPTS_MAX) await pause(longest * (0.5 + Math.random() / 2), stopped.signal)
    }
    if (stopped.signal.aborted) return
    logger.warn({ alert: message.alert, state: message.state, problem }, 'an alert could not be delivered')
  }

  const work = async () => {
    isSending = true
    for (let message = waiting.shift(); message && !stopped.signal.aborted; message = waiting.shift()) {
      await deliver(message)
    }
    isSending = false
  }

  return {
    tell(event) {
      waiting.push(toMessage(event, instance))
      if (waiting.length > WAITING_MAX) {
        const dropped = waiting.shift()
        logger.warn({ alert: dropped?.alert, state: dropped?.state }, 'too many alerts wait; the oldest was dropped')
      }
      if (!isSending) void work()
    },
    stop: () => stopped.abort(),
  }
}

const toMessage = (
  { kind, measurement, atMs, sinceMs }: AlertEvent,
  instance: AlertMessage['instance'],
): AlertMessage => {
  const { alert, service, value } = measurement
  const { threshold, unit } = ALERT_RULES[alert]
  return {
    state: kind,
    alert,
    ...(service === undefined ? {} : { service }),
    value,
    threshold,
    unit,
    summary: kind === 'fired' ? describeAlert(measurement) : `${describeRule(alert, service)} is as it should be again`,
    at: new Date(atMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
    instance,
  }
}

const describeRule = (alert: AlertEvent['measurement']['alert'], service: string | undefined): string =>
  `${service === undefined ? '' : `${service}: `}${ALERT_RULES[alert].subject}`

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
