import { AppError } from '#shared/errors/app-error.ts'
import { KEY_ACTIONS, SCOPE_PRESETS } from '#shared/permissions/actions.ts'

export class AppNotFoundError extends AppError {
  readonly code = 'TENANT_APP_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(appId: string) {
    super(`App ${appId} does not exist.`, { remedy: 'List the apps with GET /api/apps.', details: { appId } })
  }
}

export class AppIdTakenError extends AppError {
  readonly code = 'TENANT_APP_ID_TAKEN'
  readonly kind = 'conflict'

  constructor(appId: string) {
    super(`The app id ${appId} is in use, or was.`, {
      remedy: 'Choose another id, or leave it out and one is made for you.',
      details: { appId },
    })
  }
}

export class AppNameTakenError extends AppError {
  readonly code = 'TENANT_APP_NAME_TAKEN'
  readonly kind = 'conflict'

  constructor(name: string) {
    super(`An app named "${name}" already exists.`, {
      remedy: 'Choose another name, or delete the other app first.',
      details: { name },
    })
  }
}

export class KeyNotFoundError extends AppError {
  readonly code = 'TENANT_KEY_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(appId: string, apiKey: string) {
    super(`App ${appId} has no key ${apiKey}.`, {
      remedy: `List its keys with GET /api/apps/${appId}/keys.`,
      details: { appId, apiKey },
    })
  }
}

export class KeyTakenError extends AppError {
  readonly code = 'TENANT_KEY_TAKEN'
  readonly kind = 'conflict'

  constructor(apiKey: string) {
    super(`The key ${apiKey} already exists.`, {
      remedy: 'Leave the key out and one is made for you.',
      details: { apiKey },
    })
  }
}

export class KeyMalformedError extends AppError {
  readonly code = 'TENANT_KEY_MALFORMED'
  readonly kind = 'invalid'

  constructor(what: 'api_key' | 'api_secret') {
    super(`${what} cannot be sent in an Authorization header.`, {
      remedy: 'Use at most 128 visible ASCII characters, and no colon in the key.',
    })
  }
}

export class ScopeUnknownError extends AppError {
  readonly code = 'TENANT_SCOPE_UNKNOWN'
  readonly kind = 'invalid'

  constructor(scope: string) {
    super(`There is no scope "${scope}".`, {
      remedy: `Use one of ${Object.keys(SCOPE_PRESETS).join(', ')}, or actions such as ${KEY_ACTIONS.slice(0, 3).join(', ')}.`,
      details: { scope },
    })
  }
}

export class ScopeRefusedError extends AppError {
  readonly code = 'TENANT_SCOPE_REFUSED'
  readonly kind = 'invalid'

  constructor(scope: string) {
    super(`No key may hold ${scope}.`, {
      remedy: 'Apps, keys and people are managed with the root key, or by somebody who signs in.',
      details: { scope },
    })
  }
}

export class ExpiryPastError extends AppError {
  readonly code = 'TENANT_EXPIRY_PAST'
  readonly kind = 'invalid'

  constructor() {
    super('The key would have ended already.', {
      remedy: 'Give a moment in the future, or revoke the key with DELETE.',
    })
  }
}

export class KeyEndedError extends AppError {
  readonly code = 'TENANT_KEY_ENDED'
  readonly kind = 'conflict'

  constructor(apiKey: string) {
    super(`The key ${apiKey} has ended or was rotated already.`, {
      remedy: 'Make a new key, or rotate the one that replaced it.',
      details: { apiKey },
    })
  }
}

export class LimitsUselessError extends AppError {
  readonly code = 'TENANT_LIMITS_USELESS'
  readonly kind = 'invalid'

  constructor(message: string) {
    super(message, { remedy: 'Compare the limits with their descriptions at /swagger.' })
  }
}

export class RootRequiredError extends AppError {
  readonly code = 'TENANT_ROOT_REQUIRED'
  readonly kind = 'forbidden'

  constructor() {
    super('Only the root key may do this.', {
      remedy: "Call with the root key. An app's own key may read its own app.",
    })
  }
}

export class SecretUnreadableError extends AppError {
  readonly code = 'TENANT_SECRET_UNREADABLE'
  readonly kind = 'unavailable'

  constructor(appId: string, cause: unknown) {
    super(`A stored secret of app ${appId} cannot be decrypted.`, {
      remedy:
        'Start with the ORRERY_INSTANCE_KEY (or the data directory) under which it was stored, or make a new key.',
      details: { appId },
      cause,
    })
  }
}
