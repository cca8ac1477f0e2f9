import { resolve } from 'node:path'
import { readConfiguration } from '../config.ts'
import type { CommandContext } from './command.ts'

/** The data directory that a start in the same place with the same environment would use. Throws ConfigurationInvalidError. */
export const dataDirectoryOf = ({ workingDirectory, environment }: CommandContext): string =>
  resolve(workingDirectory, readConfiguration(workingDirectory, environment).settings.ORRERY_DATA)
