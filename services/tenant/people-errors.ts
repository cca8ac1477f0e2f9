/** Errors about people: users, sessions, spaces, members, invitations. */
import { AppError } from '#shared/errors/app-error.ts'

export class SignInRefusedError extends AppError {
  readonly code = 'TENANT_SIGN_IN_REFUSED'
  readonly kind = 'unauthenticated'

  /** One text for every reason: it tells nobody which addresses have an account. */
  constructor() {
    super('The e-mail address or the password is not right.', {
      remedy: 'Try again, or ask an administrator for a link by which you choose a new password.',
    })
  }
}

export class TooManyAttemptsError extends AppError {
  readonly code = 'TENANT_ATTEMPTS_TOO_MANY'
  readonly kind = 'limited'

  constructor(retryAfterMs: number) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000))
    super('Too many attempts failed.', {
      remedy: `Try again in ${seconds} seconds. An administrator's link for a new password works at once.`,
      details: { retryAfterMs },
    })
  }
}

export class PasswordsBusyError extends AppError {
  readonly code = 'TENANT_PASSWORDS_BUSY'
  readonly kind = 'unavailable'

  constructor() {
    super('Too many passwords are being checked at once.', { remedy: 'Try again in a few seconds.' })
  }
}

export class PasswordWeakError extends AppError {
  readonly code = 'TENANT_PASSWORD_WEAK'
  readonly kind = 'invalid'

  constructor(why: string) {
    super(`The password ${why}.`, { remedy: 'Choose another one; a few words that do not belong together are fine.' })
  }
}

export class EmailTakenError extends AppError {
  readonly code = 'TENANT_EMAIL_TAKEN'
  readonly kind = 'conflict'

  constructor() {
    super('Somebody with this e-mail address has an account already.', {
      remedy: 'Sign in with it, or use another address.',
    })
  }
}

export class UserNotFoundError extends AppError {
  readonly code = 'TENANT_USER_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(userId: string) {
    super(`There is no user ${userId}.`, { remedy: 'List them with GET /api/users.', details: { userId } })
  }
}

export class PersonRequiredError extends AppError {
  readonly code = 'TENANT_PERSON_REQUIRED'
  readonly kind = 'forbidden'

  constructor() {
    super('Only somebody who is signed in can do this; keys have no account.', { remedy: 'Sign in at /sign-in.' })
  }
}

export class AdministratorRequiredError extends AppError {
  readonly code = 'TENANT_ADMINISTRATOR_REQUIRED'
  readonly kind = 'forbidden'

  constructor() {
    super('Only administrators and the root key may do this.', { remedy: 'Ask an administrator.' })
  }
}

export class AdministratorLastError extends AppError {
  readonly code = 'TENANT_ADMINISTRATOR_LAST'
  readonly kind = 'conflict'

  constructor() {
    super('This is the last administrator who can sign in.', { remedy: 'Make somebody else an administrator first.' })
  }
}

export class SetupClosedError extends AppError {
  readonly code = 'TENANT_SETUP_CLOSED'
  readonly kind = 'conflict'

  constructor() {
    super('This Orrery has an administrator already.', {
      remedy: 'Sign in at /sign-in, or ask an administrator for an invitation.',
    })
  }
}

export class SetupCodeWrongError extends AppError {
  readonly code = 'TENANT_SETUP_CODE_WRONG'
  readonly kind = 'forbidden'

  constructor() {
    super('The setup code is not right.', {
      remedy: 'It was printed when Orrery started, and is in the file setup-code in the data directory.',
    })
  }
}

export class SessionNotFoundError extends AppError {
  readonly code = 'TENANT_SESSION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor() {
    super('You have no such session.', { remedy: 'List yours with GET /api/sessions.' })
  }
}

export class SpaceNotFoundError extends AppError {
  readonly code = 'TENANT_SPACE_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(spaceId: string) {
    super(`There is no space ${spaceId}, or you are not a member.`, {
      remedy: 'List yours with GET /api/spaces.',
      details: { spaceId },
    })
  }
}

export class SpaceInUseError extends AppError {
  readonly code = 'TENANT_SPACE_IN_USE'
  readonly kind = 'conflict'

  constructor(why: string) {
    super(`The space cannot be deleted: ${why}.`, { remedy: 'Delete its apps or move them to another space first.' })
  }
}

export class ActionNotAllowedError extends AppError {
  readonly code = 'TENANT_ACTION_NOT_ALLOWED'
  readonly kind = 'forbidden'

  constructor(action: string) {
    super(`Your role does not include ${action} here.`, {
      remedy: 'Ask an owner or an admin of the space for another role.',
      details: { action },
    })
  }
}

export class MemberNotFoundError extends AppError {
  readonly code = 'TENANT_MEMBER_NOT_FOUND'
  readonly kind = 'not_found'

  constructor() {
    super('This user is no member of the space.', { remedy: 'Invite them, or list the members of the space.' })
  }
}

export class MemberKnownError extends AppError {
  readonly code = 'TENANT_MEMBER_KNOWN'
  readonly kind = 'conflict'

  constructor() {
    super('This user is a member of the space already.', { remedy: 'Change the role of the member instead.' })
  }
}

export class RoleTooHighError extends AppError {
  readonly code = 'TENANT_ROLE_TOO_HIGH'
  readonly kind = 'forbidden'

  constructor() {
    super('Nobody gives, changes or takes away a role that is above their own.', {
      remedy: 'Ask an owner of the space.',
    })
  }
}

export class OwnerLastError extends AppError {
  readonly code = 'TENANT_OWNER_LAST'
  readonly kind = 'conflict'

  constructor() {
    super('This is the last owner of the space.', { remedy: 'Make somebody else an owner first.' })
  }
}

export class LinkUnusableError extends AppError {
  readonly code = 'TENANT_LINK_UNUSABLE'
  readonly kind = 'not_found'

  constructor() {
    super('This link was used, was revoked, is too old, or never was one.', { remedy: 'Ask for a new link.' })
  }
}

export class InvitationForSomebodyElseError extends AppError {
  readonly code = 'TENANT_INVITATION_FOR_SOMEBODY_ELSE'
  readonly kind = 'forbidden'

  constructor() {
    super('The invitation is for another e-mail address.', {
      remedy: 'Sign in with the address that was invited, or ask for an invitation for yours.',
    })
  }
}

export class InvitationNotFoundError extends AppError {
  readonly code = 'TENANT_INVITATION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor() {
    super('The space has no such open invitation.', { remedy: 'List the invitations of the space.' })
  }
}

export class OidcOffError extends AppError {
  readonly code = 'TENANT_OIDC_OFF'
  readonly kind = 'not_found'

  constructor() {
    super('No identity provider is set.', { remedy: 'Sign in with a password, or set ORRERY_OIDC_ISSUER.' })
  }
}

export class OidcUnreachableError extends AppError {
  readonly code = 'TENANT_OIDC_UNREACHABLE'
  readonly kind = 'bad_upstream'

  constructor(cause: unknown) {
    super('The identity provider does not answer, or not as an OpenID provider.', {
      remedy: 'Try again in a moment. ORRERY_OIDC_ISSUER has to be the issuer as the provider itself writes it.',
      cause,
    })
  }
}

export class OidcExpiredError extends AppError {
  readonly code = 'TENANT_OIDC_EXPIRED'
  readonly kind = 'unauthenticated'

  constructor() {
    super('This browser began no sign-in at the identity provider, or too long ago.', { remedy: 'Begin again.' })
  }
}

export class OidcFailedError extends AppError {
  readonly code = 'TENANT_OIDC_FAILED'
  readonly kind = 'unauthenticated'

  constructor(cause: unknown) {
    super('The answer of the identity provider does not let you in.', {
      remedy: 'Try again. If it stays, an administrator finds the reason in the log of the tenant service.',
      cause,
    })
  }
}

export class OidcDomainError extends AppError {
  readonly code = 'TENANT_OIDC_DOMAIN'
  readonly kind = 'forbidden'

  constructor() {
    super('People of your e-mail domain do not sign in here.', {
      remedy: 'Use an account of your organisation; ORRERY_OIDC_DOMAINS lists the domains.',
    })
  }
}

export class OidcUninvitedError extends AppError {
  readonly code = 'TENANT_OIDC_UNINVITED'
  readonly kind = 'forbidden'

  constructor() {
    super(
      'You have no account here, and accounts are made by invitation, for addresses that the provider vouches for.',
      {
        remedy: 'Ask for an invitation to a space.',
      },
    )
  }
}
