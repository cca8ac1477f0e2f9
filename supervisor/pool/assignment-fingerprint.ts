import type { Settings } from '#shared/config/settings.ts'
import type { WorkerAssignment } from '#shared/worker-protocol/worker-assignment.ts'
import { settingsOfPool } from './setting-reach.ts'
import { NETWORK_VARIABLES } from './spawn-process.ts'

/** What all assignments of one supervisor have in common, over all its deployments. */
export type CommonAssignment = Omit<
  WorkerAssignment,
  'pool' | 'services' | 'generation' | 'slot' | 'socketPath' | 'settings' | 'listeners' | 'hasBegun'
>

export interface FingerprintInput {
  /** Of Orrery. */
  version: string
  /** Program that is run. */
  entry: string
  pool: string
  services: readonly string[]
  common: CommonAssignment
  /** Only those count that processes of this pool use. */
  settings: Settings
  environment: Readonly<Record<string, string | undefined>>
}

/**
 * SHA-256 of everything that decides how a process behaves: two processes with the same fingerprint are interchangeable, one with another
 * fingerprint must be replaced. Keys are part of it; it lies in a directory that only their owner may read.
 */
export const assignmentFingerprint = ({ environment, settings, ...input }: FingerprintInput): string => {
  const network = NETWORK_VARIABLES.map((name) => environment[name] ?? null)
  const used = settingsOfPool(settings, { name: input.pool, services: input.services })
  return new Bun.CryptoHasher('sha256')
    .update(
      JSON.stringify([
        input.version,
        Bun.version,
        input.entry,
        input.pool,
        input.services,
        input.common,
        used,
        network,
      ]),
    )
    .digest('hex')
}
