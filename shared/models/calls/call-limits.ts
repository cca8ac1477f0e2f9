/** How long a model may take, and how often it is asked. */
export interface CallLimits {
  /** From sending the request to the first piece of the answer. */
  firstTokenMsMax: number
  /** Between two pieces. */
  idleMsMax: number
  /** For one answer, tries included. */
  totalMsMax: number
  /** Requests for one answer; a second one is sent only when nothing of the answer was seen. */
  attemptsMax: number
  /** First pause between two tries; doubles, with full jitter. */
  retryBaseMs: number
  retryMsMax: number
  /** A provider that asks for a longer pause than this (Retry-After) is not waited for. */
  retryAfterMsMax: number
  /** One answer, in bytes on the wire. */
  answerBytesMax: number
}

export const CALL_LIMITS: CallLimits = {
  firstTokenMsMax: 60_000,
  idleMsMax: 60_000,
  totalMsMax: 600_000,
  attemptsMax: 3,
  retryBaseMs: 500,
  retryMsMax: 8_000,
  retryAfterMsMax: 20_000,
  answerBytesMax: 64 * 1024 * 1024,
}

/** How much of a provider's error message is shown. */
export const REASON_CHARS_MAX = 300
/** How much of it is kept for whoever tests a model. */
export const MESSAGE_CHARS_MAX = 4_000
/** How much of an error response is read to find that message. */
export const ERROR_BODY_BYTES_MAX = 64 * 1024
/** One picture that is fetched for a model. */
export const IMAGE_BYTES_MAX = 20 * 1024 * 1024
