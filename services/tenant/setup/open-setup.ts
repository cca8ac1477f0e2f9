import { readFileSync } from 'node:fs'
import type { Settings } from '#shared/config/settings.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { SetupClosedError } from '../people-errors.ts'
import { createFirstAdministrator } from './create-first-administrator.ts'
import type { SetupCode } from './setup-code.ts'

type AdministratorSettings = Pick<
  Settings,
  'ORRERY_ADMIN_EMAIL' | 'ORRERY_ADMIN_PASSWORD' | 'ORRERY_ADMIN_PASSWORD_FILE'
>

/**
 * What a start does about administrators: there is one, and nothing is open; or the settings name one, who is made; or the setup code is laid out, by
 * which the first one is made in the browser. Settings that cannot be used are a warning, not a failed start: the code is the way then.
 */
export const openSetup = async (
  dependencies: Pick<TenantDependencies, 'users' | 'passwords' | 'atomically'> & {
    setupCode: SetupCode
    logger: Logger
  },
  settings: AdministratorSettings,
): Promise<void> => {
  const { users, setupCode, logger } = dependencies
  if (await users.hasAdministrator()) return setupCode.remove()
  const email = settings.ORRERY_ADMIN_EMAIL
  if (email !== undefined) {
    try {
      await createFirstAdministrator(dependencies, { email, name: nameOf(email), password: passwordOf(settings) })
      logger.info({}, 'first administrator made from the settings')
      return setupCode.remove()
    } catch (error) {
      if (error instanceof SetupClosedError) return setupCode.remove() // another worker was first
      logger.error({ err: error }, 'the administrator of the settings could not be made')
    }
  }
  setupCode.ensure()
}

const nameOf = (email: string): string => email.split('@')[0] ?? email

/** A line break at the end of a file is no part of the password. */
const passwordOf = (settings: AdministratorSettings): string => {
  const path = settings.ORRERY_ADMIN_PASSWORD_FILE
  return path === undefined ? (settings.ORRERY_ADMIN_PASSWORD ?? '') : readFileSync(path, 'utf8').replace(/\r?\n$/, '')
}
