import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidSettingsError, loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS, type Settings, tomlKey } from '#shared/config/settings.ts'
import { parseAllowList } from '#shared/outbound/allow-list.ts'
import { ASSIGNMENT_VARIABLE } from '#shared/worker-protocol/worker-assignment.ts'
import { ConfigurationInvalidError } from './errors.ts'
import { type PoolPlan, presetPools, readPools } from './pool/pool-layout.ts'

export interface Configuration {
  settings: Settings
  pools: PoolPlan[]
  /** What looks like a mistake but stops nothing. Holds no values. */
  warnings: string[]
}

/**
 * One snapshot of everything that can be set: `orrery.toml`, over it `config.env`, over it the environment. Throws ConfigurationInvalidError
 * with all problems together; values are never part of a message, since they may be secrets.
 */
export const readConfiguration = (
  directory: string,
  environment: Record<string, string | undefined>,
): Configuration => {
  const problems: string[] = []
  const toml = readToml(join(directory, 'orrery.toml'), problems)
  const configEnv = readConfigEnv(join(directory, 'config.env'), problems)
  const { pools: poolTables, ...scalars } = toml
  const settings = loadSettings(
    { ...fromToml(scalars, problems), ...configEnv, ...withoutEmpty(environment) },
    problems,
  )
  if (settings) problems.push(...checkAllowList(settings.ORRERY_OUTBOUND_ALLOW))
  const custom = poolTables === undefined ? undefined : readPools(poolTables)
  problems.push(...(custom?.problems ?? []))
  if (!settings || problems.length > 0) throw invalid(problems)
  return {
    settings,
    pools: custom?.pools ?? presetPools(settings.ORRERY_PRESET),
    warnings: [...unknownNames(configEnv, 'config.env'), ...unknownNames(environment, 'the environment')],
  }
}

/** `ORRERY_DATA` alone, also when other settings are invalid: whoever wants to know why must find the Orrery that runs. */
export const readDataDirectory = (directory: string, environment: Record<string, string | undefined>): string => {
  const { pools: _pools, ...scalars } = readToml(join(directory, 'orrery.toml'), [])
  const configEnv = readConfigEnv(join(directory, 'config.env'), [])
  const values = { ...fromToml(scalars, []), ...configEnv, ...withoutEmpty(environment) }
  return String(values.ORRERY_DATA ?? SETTINGS.properties.ORRERY_DATA.default)
}

const invalid = (problems: string[]) =>
  new ConfigurationInvalidError(
    `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n  ${problems.join('\n  ')}`,
    {
      remedy: 'Correct orrery.toml, config.env or the environment; .env.example describes every setting.',
      details: { problems },
    },
  )

const loadSettings = (values: Record<string, unknown>, problems: string[]): Settings | undefined => {
  try {
    return loadConfig(SETTINGS, values)
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

/** Each worker parses the list for itself; a mistake must end the start, not every worker. */
const checkAllowList = (text: string): string[] => {
  try {
    parseAllowList(text)
    return []
  } catch (error) {
    return [`ORRERY_OUTBOUND_ALLOW: ${firstLine(error)}`]
  }
}

const readToml = (path: string, problems: string[]): Record<string, unknown> => {
  if (!existsSync(path)) return {}
  try {
    return Bun.TOML.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (error) {
    problems.push(`orrery.toml: cannot be read as TOML: ${firstLine(error)}`)
    return {}
  }
}

const settingByTomlKey = new Map(Object.keys(SETTINGS.properties).map((name) => [tomlKey(name), name]))

const fromToml = (scalars: Record<string, unknown>, problems: string[]): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(scalars)) {
    const name = settingByTomlKey.get(key)
    if (name) values[name] = value
    else problems.push(`orrery.toml: there is no setting ${key}`)
  }
  return values
}

/** Lines `NAME=value`; `#` begins a comment line; quotes around a value are taken off. */
const readConfigEnv = (path: string, problems: string[]): Record<string, string> => {
  if (!existsSync(path)) return {}
  const values: Record<string, string> = {}
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(text)
    if (match?.[1]) values[match[1]] = unquote(match[2] ?? '')
    else problems.push(`config.env: line ${index + 1} is no NAME=value`)
  }
  return withoutEmpty(values)
}

const unquote = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text

/** An empty value counts as absent, so it must not hide one from a weaker source. */
const withoutEmpty = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])))

const unknownNames = (values: Record<string, unknown>, source: string): string[] =>
  Object.keys(values)
    .filter((name) => name.startsWith('ORRERY_') && name !== ASSIGNMENT_VARIABLE && !(name in SETTINGS.properties))
    .map((name) => `${name} in ${source} is no setting of this version and has no effect`)

const firstLine = (error: unknown): string => String((error as Error).message ?? error).split('\n')[0] ?? ''
