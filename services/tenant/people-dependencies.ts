import { type AuditRepository, createAuditRepository } from '#shared/audit/audit-repository.ts'
import type { Settings } from '#shared/config/settings.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createInvitationRepository, type InvitationRepository } from './invitations/invitation-repository.ts'
import { createMemberRepository, type MemberRepository } from './members/member-repository.ts'
import { createOidcProvider, type OidcProvider } from './oidc/oidc-provider.ts'
import { type AttemptRepository, createAttemptRepository } from './sessions/attempt-repository.ts'
import type { BrowserSettings } from './sessions/browser.ts'
import { createSessionRepository, type SessionRepository } from './sessions/session-repository.ts'
import type { SessionTimes } from './sessions/start-session.ts'
import { createSetupCode, type SetupCode } from './setup/setup-code.ts'
import { createSpaceRepository, type SpaceRepository } from './spaces/space-repository.ts'
import { createPasswords, type Passwords } from './users/passwords.ts'
import { createResetRepository, type ResetRepository } from './users/reset-repository.ts'
import { createUserRepository, type UserRepository } from './users/user-repository.ts'

export interface PeopleRepositories {
  users: UserRepository
  sessions: SessionRepository
  attempts: AttemptRepository
  resets: ResetRepository
  spaces: SpaceRepository
  members: MemberRepository
  invitations: InvitationRepository
  audit: AuditRepository
}

/** What the people's part of the service needs besides its tables. */
export interface PeopleParts {
  passwords: Passwords
  setupCode: SetupCode
  sessionTimes: SessionTimes
  browserSettings: BrowserSettings
  /** Undefined when no identity provider is set. */
  oidc: OidcProvider | undefined
}

const HOUR_MS = 3_600_000

export const createPeopleParts = (
  settings: Pick<
    Settings,
    'ORRERY_SESSION_IDLE_HOURS' | 'ORRERY_SESSION_HOURS_MAX' | 'ORRERY_COOKIE_SECURE' | 'ORRERY_PROXY_HOPS'
  > &
    Parameters<typeof createOidcProvider>[0],
  dataDirectory: string,
): PeopleParts => ({
  passwords: createPasswords(),
  setupCode: createSetupCode(dataDirectory),
  sessionTimes: {
    idleMs: settings.ORRERY_SESSION_IDLE_HOURS * HOUR_MS,
    totalMs: settings.ORRERY_SESSION_HOURS_MAX * HOUR_MS,
  },
  browserSettings: {
    alwaysSecure: settings.ORRERY_COOKIE_SECURE === 'on',
    proxyHops: settings.ORRERY_PROXY_HOPS,
  },
  oidc: createOidcProvider(settings),
})

export const peopleRepositoriesOf = (database: Database): PeopleRepositories => ({
  users: createUserRepository(database),
  sessions: createSessionRepository(database),
  attempts: createAttemptRepository(database),
  resets: createResetRepository(database),
  spaces: createSpaceRepository(database),
  members: createMemberRepository(database),
  invitations: createInvitationRepository(database),
  audit: createAuditRepository(database),
})
