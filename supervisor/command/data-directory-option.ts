import { resolve } from 'node:path'
import { readDataDirectory } from '../config.ts'
import type { CommandContext } from './command.ts'

/** The data directory that a start in the same place with the same environment would use, whatever else is wrong with the configuration. */
export const dataDirectoryOf = ({ workingDirectory, environment }: CommandContext): string =>
  resolve(workingDirectory, readDataDirectory(workingDirectory, environment))
