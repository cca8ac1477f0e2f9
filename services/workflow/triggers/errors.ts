import { AppError } from '#shared/errors/app-error.ts'

export class ScheduleInvalidError extends AppError {
  readonly code = 'WORKFLOW_SCHEDULE_INVALID'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The schedule has no times: ${reason}`, {
      remedy:
        'Give five or six cron fields (seconds first when six), such as "0 8 * * MON-FRI", and a time zone such as Europe/Berlin.',
    })
  }
}

export class ScheduleNotFoundError extends AppError {
  readonly code = 'WORKFLOW_SCHEDULE_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(scheduleId: string) {
    super(`Schedule ${scheduleId} does not exist.`, {
      details: { scheduleId },
      remedy: 'List your schedules with GET /api/schedules.',
    })
  }
}

export class WebhookNotFoundError extends AppError {
  readonly code = 'WORKFLOW_WEBHOOK_NOT_FOUND'
  readonly kind = 'not_found'

  constructor() {
    super('There is no such webhook.', { remedy: 'Check the address; list your webhooks with GET /api/webhooks.' })
  }
}

export class WebhookSignatureError extends AppError {
  readonly code = 'WORKFLOW_WEBHOOK_SIGNATURE_INVALID'
  readonly kind = 'unauthenticated'

  constructor() {
    super('The signature of the body is missing or wrong.', {
      remedy: 'Send X-Hub-Signature-256: sha256=<HMAC-SHA-256 of the body with the webhook’s secret, hexadecimal>.',
    })
  }
}

export class WebhookRateError extends AppError {
  readonly code = 'WORKFLOW_WEBHOOK_RATE_EXCEEDED'
  readonly kind = 'limited'

  constructor(callsPerMinuteMax: number) {
    super(`The webhook takes ${callsPerMinuteMax} calls in a minute.`, {
      details: { callsPerMinuteMax },
      remedy: 'Send it again in a minute, or create the webhook with more.',
    })
  }
}

export class WebhookBodyTooLargeError extends AppError {
  readonly code = 'WORKFLOW_WEBHOOK_BODY_TOO_LARGE'
  readonly kind = 'too_large'

  constructor(bytesMax: number) {
    super(`The body of a webhook has at most ${bytesMax} bytes.`, {
      details: { bytesMax },
      remedy: 'Send less, or send an address from which the flow reads the rest.',
    })
  }
}

export class WebhookBodyInvalidError extends AppError {
  readonly code = 'WORKFLOW_WEBHOOK_BODY_INVALID'
  readonly kind = 'malformed'

  constructor() {
    super('The body is no JSON object.', {
      remedy: 'Send a JSON object whose fields are the flow’s parameters, or create the webhook with a bodyParameter.',
    })
  }
}
