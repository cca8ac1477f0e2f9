import type { WorkerAssignment } from '#shared/worker-protocol/worker-assignment.ts'
import { NETWORK_VARIABLES } from './spawn-process.ts'

/** What all assignments of one supervisor have in common. */
export type CommonAssignment = Omit<WorkerAssignment, 'pool' | 'services' | 'generation' | 'slot' | 'socketPath'>

export interface FingerprintInput {
  /** Of Orrery. */
  version: string
  /** Program that is run. */
  entry: string
  pool: string
  services: readonly string[]
  common: CommonAssignment
  environment: Readonly<Record<string, string | undefined>>
}

/**
 * SHA-256 of everything that decides how a process behaves: two processes with the same fingerprint are interchangeable, one with another
 * fingerprint must be replaced. Keys are part of it; it lies in a directory that only their owner may read.
 */
export const assignmentFingerprint = ({ environment, ...input }: FingerprintInput): string => {
  const network = NETWORK_VARIABLES.map((name) => environment[name] ?? null)
  return new Bun.CryptoHasher('sha256')
    .update(
      JSON.stringify([input.version, Bun.version, input.entry, input.pool, input.services, input.common, network]),
    )
    .digest('hex')
}
