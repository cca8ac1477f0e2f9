import { AppError } from '#shared/errors/app-error.ts'

export class ToolNotFoundError extends AppError {
  readonly code = 'LINK_TOOL_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(toolId: string, version?: string) {
    super(`Tool ${[toolId, version].filter(Boolean).join(' ')} does not exist.`, {
      remedy: 'List the tools with GET /api/tools.',
      details: { toolId, ...(version === undefined ? {} : { version }) },
    })
  }
}

export class ToolOwnerError extends AppError {
  readonly code = 'LINK_TOOL_OWNER_REQUIRED'
  readonly kind = 'forbidden'

  constructor(toolId: string) {
    super(`Tool ${toolId} belongs to the installation: apps may run it, but not change it.`, {
      remedy: 'Call with the root key, or import the document as a tool of your own.',
      details: { toolId },
    })
  }
}

export class ReferenceInvalidError extends AppError {
  readonly code = 'LINK_REFERENCE_INVALID'
  readonly kind = 'invalid'

  constructor(reference: string, reason: string) {
    super(`The reference ${reference} cannot be followed: ${reason}.`, {
      remedy: 'Put what it names into the document itself, under components.',
      details: { reference },
    })
  }
}

/** What a call gives does not fit the operation, so that no request can be made of it. */
export class CallInvalidError extends AppError {
  readonly code = 'LINK_CALL_INVALID'
  readonly kind = 'invalid'

  constructor(message: string, details: Record<string, unknown> = {}) {
    super(message, { remedy: "Compare what was given with the operation's schema.", details })
  }
}

/** The operation asks for a body that is not made here. */
export class BodyTypeError extends AppError {
  readonly code = 'LINK_BODY_TYPE_UNSUPPORTED'
  readonly kind = 'invalid'

  constructor(mediaType: string, reason: string) {
    super(`No body of type ${mediaType} can be made: ${reason}.`, {
      remedy: 'Offer the body as application/json, a form, multipart, or give it as text or base64.',
      details: { mediaType },
    })
  }
}

export class ServerMissingError extends AppError {
  readonly code = 'LINK_SERVER_MISSING'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The document tells no server to call: ${reason}.`, {
      remedy: 'Give it a servers entry with an absolute http:// or https:// URL.',
    })
  }
}

/** A list of servers, or a server in it, is not in the document. */
export class ServerUnknownError extends AppError {
  readonly code = 'LINK_SERVER_UNKNOWN'
  readonly kind = 'invalid'

  constructor(wanted: string, known: readonly string[]) {
    super(`The newest version of the tool has no ${wanted}; it has ${known.slice(0, 10).join(', ') || 'no servers'}.`, {
      remedy: 'List the servers with GET /api/tools/{toolId}/servers, and name place and url as they stand there.',
      details: { wanted },
    })
  }
}

export class ServerUnsuitableError extends AppError {
  readonly code = 'LINK_SERVER_UNSUITABLE'
  readonly kind = 'invalid'

  constructor(url: string, reason: string) {
    super(`The server ${url} cannot be chosen like this: ${reason}.`, {
      remedy: 'GET /api/tools/{toolId}/servers tells the variables of each server and the values that they may have.',
      details: { url },
    })
  }
}

/** Credentials are bound to origins, and do not follow a choice of servers to others unless that is said. */
export class ServerCredentialsError extends AppError {
  readonly code = 'LINK_SERVER_CREDENTIALS'
  readonly kind = 'conflict'

  constructor(bindings: readonly { scheme: string; hosts: string; origins: readonly string[] }[]) {
    const told = bindings.map(
      ({ scheme, hosts, origins }) => `${scheme} is for ${hosts || 'nothing'}, not for ${origins.join(',')}`,
    )
    super(`These servers are not those that the tool's credentials are bound for: ${told.join('; ')}.`, {
      remedy: 'Say credentials: "rebind" to let them go there, or credentials: "drop" to end their bindings.',
      details: { bindings },
    })
  }
}

export class OperationNotFoundError extends AppError {
  readonly code = 'LINK_OPERATION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(toolId: string, operationId: string) {
    super(`Tool ${toolId} has no operation ${operationId}.`, {
      remedy: `List its operations with GET /api/tools/${toolId}/operations.`,
      details: { toolId, operationId },
    })
  }
}

export class ToolDisabledError extends AppError {
  readonly code = 'LINK_TOOL_DISABLED'
  readonly kind = 'conflict'

  constructor(toolId: string) {
    super(`Tool ${toolId} is not enabled.`, {
      remedy: `Enable it with PATCH /api/tools/${toolId}.`,
      details: { toolId },
    })
  }
}

/** The tool's server answered, but with no success. */
export class ToolFailedError extends AppError {
  readonly code = 'LINK_TOOL_FAILED'
  readonly kind = 'bad_upstream'

  constructor(status: number, text: string) {
    super(`Request error code: ${status}, error message ${text}`, {
      remedy: "Look at the tool's own answer: it says what it does not like.",
      details: { status },
    })
  }
}

export class ToolUnreachableError extends AppError {
  readonly code = 'LINK_TOOL_UNREACHABLE'
  readonly kind = 'bad_upstream'

  constructor(host: string, cause: unknown) {
    super(`${host} could not be called: ${cause instanceof Error ? cause.message : cause}`, {
      remedy: 'Check the server of the tool, and whether it can be reached from here.',
      details: { host },
      cause,
    })
  }
}

export class ToolTimeoutError extends AppError {
  readonly code = 'LINK_TOOL_TIMEOUT'
  readonly kind = 'timeout'

  constructor(host: string, msMax: number) {
    super(`${host} did not answer within ${msMax / 1_000} seconds.`, {
      remedy: 'Ask for less at once, or let the tool answer sooner.',
      details: { host },
    })
  }
}

/** The answer is not what the document says. */
export class AnswerMismatchError extends AppError {
  readonly code = 'LINK_ANSWER_MISMATCH'
  readonly kind = 'bad_upstream'

  constructor(faults: readonly { path: string; message: string }[]) {
    // The words around path and message are the original's, which its clients look for.
    super(faults.map(({ path, message }) => `参数路径: ${path}, 错误信息: ${message}`).join(';'), {
      remedy: "Correct the schema of the operation's answer, or the tool.",
      details: { faults },
    })
  }
}

export class SecuritySchemeUnknownError extends AppError {
  readonly code = 'LINK_SECURITY_SCHEME_UNKNOWN'
  readonly kind = 'invalid'

  constructor(scheme: string) {
    super(`The security scheme ${scheme} is not under components.securitySchemes.`, {
      remedy: 'Describe it there.',
      details: { scheme },
    })
  }
}

export class CredentialMissingError extends AppError {
  readonly code = 'LINK_CREDENTIAL_MISSING'
  readonly kind = 'invalid'

  constructor(toolId: string, schemes: readonly string[]) {
    super(`Tool ${toolId} needs credentials for ${schemes.join(' and ')}, and none are bound.`, {
      remedy: 'Store them with POST /api/credentials and bind them with PUT /api/credentials/{credentialId}/bindings.',
      details: { toolId, schemes },
    })
  }
}

export class CredentialKindError extends AppError {
  readonly code = 'LINK_CREDENTIAL_KIND'
  readonly kind = 'invalid'

  constructor(scheme: string, reason: string) {
    super(`The credentials for ${scheme} cannot be used: ${reason}.`, {
      remedy: 'Bind credentials of a kind that the security scheme asks for.',
      details: { scheme },
    })
  }
}

/** Credentials go to the hosts that they were bound for, whatever a later document says. */
export class CredentialHostError extends AppError {
  readonly code = 'LINK_CREDENTIAL_HOST'
  readonly kind = 'forbidden'

  constructor(scheme: string, origin: string) {
    super(`The credentials for ${scheme} are not for ${origin}.`, {
      remedy: 'If that is where they belong now, bind them again.',
      details: { scheme, origin },
    })
  }
}

export class CredentialNotFoundError extends AppError {
  readonly code = 'LINK_CREDENTIAL_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(credentialId: string) {
    super(`Credential ${credentialId} does not exist.`, { remedy: 'List them with GET /api/credentials.' })
  }
}

export class CredentialNameTakenError extends AppError {
  readonly code = 'LINK_CREDENTIAL_NAME_TAKEN'
  readonly kind = 'conflict'

  constructor(name: string) {
    super(`A credential named "${name}" already exists.`, { remedy: 'Choose another name, or change the other one.' })
  }
}

export class CredentialUnreadableError extends AppError {
  readonly code = 'LINK_CREDENTIAL_UNREADABLE'
  readonly kind = 'unavailable'

  constructor(name: string, cause: unknown) {
    super(`The credential "${name}" cannot be decrypted.`, {
      remedy: 'Start with the ORRERY_INSTANCE_KEY (or the data directory) under which it was stored, or store it anew.',
      cause,
    })
  }
}

export class TokenRefusedError extends AppError {
  readonly code = 'LINK_TOKEN_REFUSED'
  readonly kind = 'bad_upstream'

  constructor(host: string, reason: string) {
    super(`${host} gave no access token: ${reason}.`, {
      remedy: 'Check client id, client secret, scopes and token address of the credential.',
      details: { host },
    })
  }
}

export class DocumentUnreadableError extends AppError {
  readonly code = 'LINK_DOCUMENT_UNREADABLE'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The OpenAPI document cannot be read: ${reason}.`, {
      remedy: 'Give an OpenAPI 3.0 or 3.1 document as JSON or YAML.',
    })
  }
}

export class DocumentInvalidError extends AppError {
  readonly code = 'LINK_DOCUMENT_INVALID'
  readonly kind = 'invalid'

  constructor(faults: readonly { path: string; message: string }[]) {
    super(
      `The document is no OpenAPI 3 document: ${faults.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
      {
        remedy: 'Correct what is named.',
        details: { faults },
      },
    )
  }
}

/** Not one operation of a document can be called. */
export class NothingImportedError extends AppError {
  readonly code = 'LINK_NOTHING_IMPORTED'
  readonly kind = 'invalid'

  constructor(operations: readonly object[]) {
    super('No operation of the document can be called.', {
      remedy: 'The details tell why for each of them.',
      details: { operations },
    })
  }
}

export class DocumentUnavailableError extends AppError {
  readonly code = 'LINK_DOCUMENT_UNAVAILABLE'
  readonly kind = 'bad_upstream'

  constructor(url: string, reason: string) {
    super(`No document could be fetched from ${url}: ${reason}.`, {
      remedy: 'Open the address yourself, or give the text.',
    })
  }
}

export class VersionTakenError extends AppError {
  readonly code = 'LINK_VERSION_TAKEN'
  readonly kind = 'conflict'

  constructor(toolId: string, version: string) {
    super(`Tool ${toolId} has a version ${version} already.`, {
      remedy: 'Choose another name for the version, or leave it out and one is made.',
      details: { toolId, version },
    })
  }
}

/** Whoever asked has left; nobody reads this answer. */
export class CallAbandonedError extends AppError {
  readonly code = 'LINK_CALL_ABANDONED'
  readonly kind = 'timeout'

  constructor() {
    super('The caller left before the tool had answered.', { remedy: 'Ask again, and wait for the answer.' })
  }
}
