import { AppError } from '#shared/errors/app-error.ts'

/** The name resolves to an address that calls made for a user may not reach. */
export class OutboundRefusedError extends AppError {
  readonly code = 'OUTBOUND_REFUSED'
  readonly kind = 'forbidden'

  constructor(host: string, options: { range: string }) {
    super(`Calls to ${host} are refused: its address is in a ${options.range} range.`, {
      remedy: `If it must be reached, let the operator add its host or CIDR range to ORRERY_OUTBOUND_ALLOW.`,
      details: { host, range: options.range },
    })
  }
}

export class OutboundUrlInvalidError extends AppError {
  readonly code = 'OUTBOUND_URL_INVALID'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The address cannot be called: ${reason}.`, {
      remedy: 'Give an absolute http:// or https:// URL without a user name or password in it.',
    })
  }
}

export class OutboundUnresolvedError extends AppError {
  readonly code = 'OUTBOUND_UNRESOLVED'
  readonly kind = 'bad_upstream'

  constructor(host: string, options: { cause?: unknown } = {}) {
    super(`The name ${host} has no address.`, {
      remedy: 'Check the spelling of the host and the name server of this machine.',
      cause: options.cause,
    })
  }
}

export class OutboundTooManyRedirectsError extends AppError {
  readonly code = 'OUTBOUND_TOO_MANY_REDIRECTS'
  readonly kind = 'bad_upstream'

  constructor(limit: number) {
    super(`The address redirected more than ${limit} times.`, { remedy: 'Give the address that answers at last.' })
  }
}

/** An entry of ORRERY_OUTBOUND_ALLOW is neither a host nor a CIDR range. */
export class OutboundAllowInvalidError extends AppError {
  readonly code = 'OUTBOUND_ALLOW_INVALID'
  readonly kind = 'invalid'

  constructor(entry: string) {
    super(`ORRERY_OUTBOUND_ALLOW holds "${entry}", which is neither a host nor a CIDR range.`, {
      remedy: 'Write hosts (model.internal, *.corp.example) and ranges (10.1.0.0/16, fd00::/8), separated by commas.',
    })
  }
}

export class OutboundTooLargeError extends AppError {
  readonly code = 'OUTBOUND_TOO_LARGE'
  readonly kind = 'bad_upstream'

  constructor(bytesMax: number) {
    super(`The answer is larger than ${bytesMax} bytes.`, {
      remedy: 'Ask for less at once, or raise the limit where it can be raised.',
      details: { bytesMax },
    })
  }
}
