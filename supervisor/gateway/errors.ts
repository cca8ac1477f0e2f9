import { AppError } from '#shared/errors/app-error.ts'
import { type RateWindow, rateLimitFields, secondsUntil } from './limits/rate-window.ts'

/** Seconds after which a caller that got a 503 of ours should come back, at the earliest. */
export const RETRY_AFTER_SECONDS = 1

export class RouteUnknownError extends AppError {
  readonly code = 'GATEWAY_ROUTE_UNKNOWN'
  readonly kind = 'not_found'

  constructor(path: string) {
    super(`Nothing is served at ${path}.`, { remedy: 'See /swagger for every path and method.' })
  }
}

export class PathElsewhereError extends AppError {
  readonly code = 'GATEWAY_PATH_ELSEWHERE'
  readonly kind = 'not_found'

  constructor(path: string, service: string) {
    super(`${path} is not a path of the ${service} service, and this port serves no other.`, {
      remedy: 'Use the main port, which serves every path.',
    })
  }
}

export class RequestMalformedError extends AppError {
  readonly code = 'GATEWAY_REQUEST_MALFORMED'
  readonly kind = 'malformed'

  constructor(detail: string) {
    super(detail, { remedy: 'Send an HTTP/1.1 request with a valid Host header, path and method.' })
  }
}

export class UnauthenticatedError extends AppError {
  readonly code = 'GATEWAY_UNAUTHENTICATED'
  readonly kind = 'unauthenticated'

  constructor(detail: string) {
    super(detail, {
      remedy:
        "Send `Authorization: Bearer <key>:<secret>` with an app's credentials, or `Bearer <root key>`. `orrery key show` tells where the root key is.",
    })
  }
}

export class ActionForbiddenError extends AppError {
  readonly code = 'GATEWAY_ACTION_FORBIDDEN'
  readonly kind = 'forbidden'

  /** @param action undefined for a route that only the root key may call */
  constructor(action: string | undefined) {
    super(action === undefined ? 'Only the root key may do this.' : `These credentials do not allow ${action}.`, {
      remedy:
        action === undefined
          ? 'Call with the root key; see /swagger for every path and method.'
          : 'Use a key or a role that allows it. A key is given its scopes when it is made, with POST /api/apps/{appId}/keys.',
      details: action === undefined ? {} : { action },
    })
  }
}

export class CallLimitedError extends AppError {
  readonly code = 'GATEWAY_CALL_LIMITED'
  readonly kind = 'limited'
  /** What the answer tells about the limits, and when to come back. */
  readonly fields: Readonly<Record<string, string>>

  /** @param windows all limits of the call, with the exceeded one */
  constructor(exceeded: RateWindow, windows: readonly RateWindow[]) {
    const seconds = secondsUntil(exceeded.resetMs)
    super(`The limit ${exceeded.name} (${exceeded.limit}) is used up.`, {
      remedy: `Try again in ${seconds} s, as Retry-After says. GET /api/apps/{appId}/limits shows the limits and their use.`,
      details: { limit: exceeded.name, retryAfterMs: exceeded.resetMs },
    })
    this.fields = { 'retry-after': String(seconds), ...rateLimitFields(windows) }
  }
}

export class CredentialsUncheckedError extends AppError {
  readonly code = 'GATEWAY_CREDENTIALS_UNCHECKED'
  readonly kind = 'unavailable'

  constructor(cause: unknown) {
    super('The credentials could not be checked, because the tenant service does not answer.', {
      remedy: 'Try again in a moment. `orrery status` shows what the tenant service is doing.',
      cause,
    })
  }
}

export class BodyTooLargeError extends AppError {
  readonly code = 'GATEWAY_BODY_TOO_LARGE'
  readonly kind = 'too_large'

  constructor(bytesMax: number) {
    super(`The request body has more than ${bytesMax} bytes.`, {
      remedy: 'Send less at once, or raise ORRERY_BODY_BYTES_MAX and restart.',
      details: { bytesMax },
    })
  }
}

export class ServiceStartingError extends AppError {
  readonly code = 'GATEWAY_SERVICE_STARTING'
  readonly kind = 'unavailable'

  constructor(service: string) {
    super(`The ${service} service has no ready worker yet.`, {
      remedy: 'Try again in a moment. If it lasts, `orrery status` and `orrery deaths` say why.',
    })
  }
}

export class ServiceCrashingError extends AppError {
  readonly code = 'GATEWAY_SERVICE_CRASHING'
  readonly kind = 'unavailable'

  constructor(service: string) {
    super(`The ${service} service keeps crashing; its restarts are held back.`, {
      remedy: '`orrery deaths` lists the crashes with their reasons.',
    })
  }
}

export class ServiceCrowdedError extends AppError {
  readonly code = 'GATEWAY_SERVICE_CROWDED'
  readonly kind = 'unavailable'

  constructor(service: string) {
    super(`Too many requests wait for a worker of the ${service} service.`, {
      remedy: 'Try again in a moment, with fewer requests at once.',
    })
  }
}

export class CircuitOpenError extends AppError {
  readonly code = 'GATEWAY_CIRCUIT_OPEN'
  readonly kind = 'unavailable'

  constructor(service: string, retryAfterMs: number) {
    super(`Most requests to the ${service} service got no response lately, so this one was not sent.`, {
      remedy:
        'Try again after the time that Retry-After says. `orrery status` and `orrery logs` show what its workers are doing.',
      details: { retryAfterMs },
    })
  }
}

export class WorkerLostError extends AppError {
  readonly code = 'GATEWAY_WORKER_LOST'
  readonly kind = 'bad_upstream'

  constructor(service: string, cause: unknown) {
    super(`The worker of the ${service} service went away before it answered. It may have done the work.`, {
      remedy: 'Look whether the change is there before you send the request again.',
      cause,
    })
  }
}

export class WorkerSilentError extends AppError {
  readonly code = 'GATEWAY_WORKER_SILENT'
  readonly kind = 'timeout'

  constructor(service: string, cause: unknown) {
    super(`The ${service} service did not answer in time.`, {
      remedy: 'Ask for a stream when an answer takes long; `orrery logs` shows what the service was doing.',
      cause,
    })
  }
}

export class SupervisorAwayError extends AppError {
  readonly code = 'GATEWAY_SUPERVISOR_AWAY'
  readonly kind = 'unavailable'

  constructor(cause: unknown) {
    super('The supervisor does not answer; requests are still served by the workers it started.', {
      remedy: 'Start Orrery again with the same data directory.',
      cause,
    })
  }
}

export class CrossSiteError extends AppError {
  readonly code = 'GATEWAY_CROSS_SITE'
  readonly kind = 'forbidden'

  constructor() {
    super('A session works for pages of this server alone, and this request was not made by one.', {
      remedy: 'Use a key in the Authorization header for programs and for pages of other sites.',
    })
  }
}

export class AppUnnamedError extends AppError {
  readonly code = 'GATEWAY_APP_UNNAMED'
  readonly kind = 'forbidden'

  constructor() {
    super('Somebody who is signed in acts for an app, and the request names none.', {
      remedy: 'Name an app of one of your spaces in X-Consumer-Username. GET /api/apps lists them.',
    })
  }
}

export class AppForeignError extends AppError {
  readonly code = 'GATEWAY_APP_FOREIGN'
  readonly kind = 'forbidden'

  constructor(appId: string) {
    super(`The app ${appId} is in none of your spaces.`, {
      remedy: 'Name an app of one of your spaces in X-Consumer-Username. GET /api/apps lists them.',
      details: { appId },
    })
  }
}
