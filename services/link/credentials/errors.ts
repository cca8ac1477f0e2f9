import { AppError } from '#shared/errors/app-error.ts'

export class ClientCertificateInvalidError extends AppError {
  readonly code = 'LINK_CLIENT_CERTIFICATE_INVALID'
  readonly kind = 'invalid'

  constructor(field: 'certificate' | 'key' | 'ca', reason: string) {
    super(`The client certificate cannot be used, because of its ${field}: ${reason}.`, {
      remedy: 'Give certificate (with its chain behind it), key and ca as PEM texts.',
      details: { field },
    })
  }
}

export class ClientCertificateExpiredError extends AppError {
  readonly code = 'LINK_CLIENT_CERTIFICATE_EXPIRED'
  readonly kind = 'invalid'

  constructor(expiredAt: Date) {
    super(`The client certificate ended on ${expiredAt.toISOString()}.`, {
      remedy: 'Put a new one into the credential with PATCH /api/credentials/{credentialId}.',
    })
  }
}
