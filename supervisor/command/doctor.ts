import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { readDirectoryLock } from '#shared/lifecycle/directory-lock.ts'
import { isAlive } from '#shared/lifecycle/process-identity.ts'
import { type Configuration, readConfiguration } from '../config.ts'
import { ConfigurationInvalidError } from '../errors.ts'
import type { Command, CommandContext } from './command.ts'
import { type CheckResult, failure, ok, warning } from './doctor/check.ts'
import { checkCodeSandbox } from './doctor/check-code-sandbox.ts'
import { checkDataDirectory } from './doctor/check-data-directory.ts'
import { checkDatabase } from './doctor/check-database.ts'
import { checkDiskSpace } from './doctor/check-disk-space.ts'
import { checkInstance } from './doctor/check-instance.ts'
import { checkPorts } from './doctor/check-ports.ts'
import { checkVersions } from './doctor/check-versions.ts'
import { exitCodeOf, renderReport } from './doctor/render-report.ts'

export const doctor: Command = {
  name: 'doctor',
  parameters: '',
  summary: 'check everything that a start needs, and say what is wrong and what to do',
  flags: { json: { kind: 'switch', summary: 'print the results as JSON' } },
  words: { min: 0, max: 0 },
  async run(context) {
    const checks = await examine(context)
    const exitCode = exitCodeOf(checks)
    context.print(
      context.switches.has('json')
        ? `${JSON.stringify({ ok: exitCode === 0, checks }, null, 2)}\n`
        : renderReport(checks),
    )
    return exitCode
  },
}

const examine = async (context: CommandContext): Promise<CheckResult[]> => {
  const configuration = readOrFail(context)
  if (!('settings' in configuration)) return [checkVersions(), configuration]
  const { settings, warnings } = configuration
  const dataDirectory = realPathOf(resolve(context.workingDirectory, settings.ORRERY_DATA))
  const holder = readDirectoryLock(dataDirectory)
  const runningPid = holder && isAlive(holder) ? holder.pid : undefined
  const facts = { settings, dataDirectory, runningPid, signal: context.signal }
  return [
    checkVersions(),
    ok('configuration', 'valid'),
    ...warnings.map((text) => warning('configuration', text, 'Remove it, or correct its name.')),
    checkDataDirectory(facts),
    await checkDiskSpace(facts),
    await checkDatabase(facts),
    await checkCodeSandbox(facts),
    ...checkPorts(facts),
    ...(await checkInstance(facts)),
  ]
}

const readOrFail = ({ workingDirectory, environment }: CommandContext): Configuration | CheckResult => {
  try {
    return readConfiguration(workingDirectory, environment)
  } catch (error) {
    if (!(error instanceof ConfigurationInvalidError)) throw error
    return failure('configuration', { detail: error.message, remedy: error.remedy ?? '', exitCode: error.exitCode })
  }
}

const realPathOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
