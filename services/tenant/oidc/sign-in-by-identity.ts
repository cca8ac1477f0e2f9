import type { TenantDependencies, TenantRepositories } from '../dependencies.ts'
import { joinAsNewUser, joinByInvitation } from '../invitations/accept-invitation.ts'
import { EmailTakenError, OidcDomainError, OidcUninvitedError, SignInRefusedError } from '../people-errors.ts'
import type { UserRow } from '../tables.ts'
import type { OidcIdentity, OidcProvider } from './oidc-provider.ts'

const NAME_LENGTH_MAX = 128

/**
 * The user of an identity: the one who has it already; else the one with the address, when the provider vouches for it, who has it from now on; else a
 * new one, with an invitation or where accounts are made for everybody. All of it is stored, or nothing.
 * @throws OidcDomainError, OidcUninvitedError, SignInRefusedError for somebody who is disabled, and what an invitation throws
 */
export const signInByIdentity = (
  dependencies: Pick<TenantDependencies, 'atomically'>,
  provider: Pick<OidcProvider, 'domains' | 'createsAccounts'>,
  { identity, invitation }: { identity: OidcIdentity; invitation: string | undefined },
): Promise<UserRow> =>
  dependencies.atomically(async (repositories) => {
    assertDomain(provider, identity)
    const user = await findUser(repositories, identity)
    if (!user) return makeUser(repositories, provider, { identity, invitation })
    if (user.disabled) throw new SignInRefusedError()
    if (invitation !== undefined) await joinByInvitation(repositories, invitation, user)
    return user
  })

const assertDomain = ({ domains }: Pick<OidcProvider, 'domains'>, { email, emailVerified }: OidcIdentity): void => {
  if (domains.length === 0) return
  const domain = email.slice(email.lastIndexOf('@') + 1)
  if (!emailVerified || !domains.includes(domain)) throw new OidcDomainError()
}

const findUser = async (
  { users }: Pick<TenantRepositories, 'users'>,
  { issuer, subject, email, emailVerified }: OidcIdentity,
): Promise<UserRow | undefined> => {
  const known = await users.findByIdentity(issuer, subject)
  if (known) return known
  // An address that the provider does not vouch for may be anybody's.
  const sameAddress = email !== '' && emailVerified ? await users.findByEmail(email) : undefined
  if (!sameAddress || sameAddress.oidcSubject !== null) return undefined
  return users.update(sameAddress.id, { oidcIssuer: issuer, oidcSubject: subject })
}

const makeUser = async (
  repositories: TenantRepositories,
  { createsAccounts }: Pick<OidcProvider, 'createsAccounts'>,
  { identity, invitation }: { identity: OidcIdentity; invitation: string | undefined },
): Promise<UserRow> => {
  const { issuer, subject, email, emailVerified, name } = identity
  if (email === '' || !emailVerified) throw new OidcUninvitedError()
  const row = { email, name: name.slice(0, NAME_LENGTH_MAX), oidcIssuer: issuer, oidcSubject: subject }
  if (invitation !== undefined) return joinAsNewUser(repositories, invitation, row)
  if (!createsAccounts) throw new OidcUninvitedError()
  const user = await repositories.users.insert(row)
  if (!user) throw new EmailTakenError()
  return user
}
