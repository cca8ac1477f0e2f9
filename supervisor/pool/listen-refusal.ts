import { EXIT_CODES } from '../errors.ts'
import { mainPortError } from '../listeners/main-port-error.ts'
import type { Ending } from './worker-process.ts'

/** Later a lost port is waited for; at the start it is a mistake that somebody can see and correct. Undefined for every other end. */
export const listenRefusal = ({ exitCode, reason, wasReady }: Ending): Error | undefined => {
  const isTaken = exitCode === EXIT_CODES.tryAgain
  if (wasReady || !(isTaken || exitCode === EXIT_CODES.configurationInvalid)) return undefined
  return mainPortError(reason, isTaken)
}
