import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfiguration, readDataDirectory } from './config.ts'
import { ConfigurationInvalidError } from './errors.ts'

const directories: string[] = []
const folder = (files: Record<string, string> = {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-config-'))
  directories.push(directory)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const problemsOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationInvalidError)
    expect((error as ConfigurationInvalidError).exitCode).toBe(78)
    return (error as Error).message
  }
  throw new Error('was accepted')
}

test('nothing needs to be set', () => {
  const { settings, pools, warnings } = readConfiguration(folder(), {})
  expect(settings).toMatchObject({ HOST: '127.0.0.1', PORT: 8080, ORRERY_DATA: 'data' })
  expect(pools.map((pool) => pool.name)).toEqual(['agent', 'workflow', 'knowledge', 'platform'])
  expect(warnings).toEqual([])
})

test('the environment wins over config.env, and config.env over orrery.toml; an empty value hides nothing', () => {
  const directory = folder({
    'orrery.toml': 'port = 1001\nhost = "10.0.0.1"\nservice_ports = "off"\npreset = "compact"',
    'config.env': '# a comment\nPORT=1002\nexport HOST="10.0.0.2"\nLOG_LEVEL=\n',
  })
  const { settings, pools } = readConfiguration(directory, { PORT: '1003', HOST: '', PATH: '/bin' })
  expect(settings).toMatchObject({ PORT: 1003, HOST: '10.0.0.2', ORRERY_SERVICE_PORTS: 'off', LOG_LEVEL: 'info' })
  expect(pools).toEqual([
    {
      name: 'all',
      services: ['agent', 'workflow', 'knowledge', 'tenant', 'link', 'console'],
      min: 1,
      max: 1,
      spare: 0,
    },
  ])
})

test('all problems are told at once, from every source, and no value is', () => {
  const directory = folder({
    'orrery.toml': 'colour = "blue"\n[pools.web]\nservices = ["agnt"]\nmin = 3\nmax = 2\nweight = 1',
    'config.env': 'no assignment\nDATABASE_URL=mysql://user:hunter2@host/db',
  })
  const text = problemsOf(() => readConfiguration(directory, { PORT: '70000', ORRERY_ROOT_KEY: 'swordfish' }))
  for (const expected of [
    'there is no setting colour',
    'config.env: line 1 ',
    'PORT: needs a TCP port',
    'DATABASE_URL: needs a postgres:// URL',
    'ORRERY_ROOT_KEY: needs at least 16 characters',
    'pools.web.services: there is no service agnt',
    'pools.web.max: needs a whole number from min',
    'pools.web.weight: no such key',
    'no pool has the service agent, workflow, knowledge, tenant, link, console',
  ]) {
    expect(text).toContain(expected)
  }
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain('swordfish')
})

test('an outbound list that no worker could read is refused before any worker starts', () => {
  expect(problemsOf(() => readConfiguration(folder(), { ORRERY_OUTBOUND_ALLOW: '10.0.0.0/99' }))).toContain(
    'ORRERY_OUTBOUND_ALLOW',
  )
})

test('the data directory is found although everything else is wrong', () => {
  const broken = folder({ 'orrery.toml': 'data = "kept"\ncolour = "blue"\nport = "eighty"' })
  expect(readDataDirectory(broken, {})).toBe('kept')
  expect(readDataDirectory(broken, { ORRERY_DATA: 'elsewhere' })).toBe('elsewhere')
  expect(readDataDirectory(folder({ 'orrery.toml': 'port = = 1' }), {})).toBe('data')
})

test('a file that is no TOML is named', () => {
  expect(problemsOf(() => readConfiguration(folder({ 'orrery.toml': 'port = = 1' }), {}))).toContain('orrery.toml')
})

test('pools of the user replace the preset', () => {
  const { pools } = readConfiguration(
    folder({
      'orrery.toml':
        '[pools.front]\nservices = ["agent", "tenant", "link", "console"]\nmin = 2\n[pools.back]\nservices = ["workflow", "knowledge"]',
    }),
    {},
  )
  expect(pools).toEqual([
    { name: 'front', services: ['agent', 'tenant', 'link', 'console'], min: 2, max: 2, spare: 0 },
    { name: 'back', services: ['workflow', 'knowledge'], min: 1, max: 1, spare: 0 },
  ])
})

test('an unknown ORRERY_ name is a warning, other names are nobody’s business', () => {
  const { warnings } = readConfiguration(folder(), { ORRERY_PROT: '1', HOME: '/root' })
  expect(warnings).toEqual(['ORRERY_PROT in the environment is no setting of this version and has no effect'])
})
