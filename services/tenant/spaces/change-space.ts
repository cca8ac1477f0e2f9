import type { TenantDependencies } from '../dependencies.ts'
import { SpaceInUseError, SpaceNotFoundError } from '../people-errors.ts'
import { DEFAULT_SPACE_ID, type SpaceRow } from '../tables.ts'

/** Makes a space; whoever is signed in becomes its owner. */
export const createSpace = (
  dependencies: Pick<TenantDependencies, 'atomically'>,
  input: { name: string; ownerId: string | undefined },
): Promise<SpaceRow> =>
  dependencies.atomically(async ({ spaces, members }) => {
    const space = await spaces.insert({ name: input.name })
    if (input.ownerId !== undefined) {
      await members.insert({ spaceId: space.id, userId: input.ownerId, role: 'owner' })
    }
    return space
  })

/** Ends a space with its memberships and invitations. @throws SpaceNotFoundError, SpaceInUseError */
export const deleteSpace = (dependencies: Pick<TenantDependencies, 'atomically'>, id: string): Promise<void> =>
  dependencies.atomically(async ({ spaces }) => {
    if (!(await spaces.lock(id))) throw new SpaceNotFoundError(id)
    if (id === DEFAULT_SPACE_ID) throw new SpaceInUseError('new apps belong to the default space')
    if (await spaces.hasApps(id)) throw new SpaceInUseError('it has apps')
    await spaces.remove(id)
  })
