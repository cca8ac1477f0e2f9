import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createAdminClient } from '../admin/admin-client.ts'
import { readConfiguration } from '../config.ts'
import { DataDirectoryUnusableError, EXIT_CODES, UsageError } from '../errors.ts'
import type { Command, CommandContext } from './command.ts'
import { createAppKey } from './create-app-key.ts'

export const key: Command = {
  name: 'key',
  parameters: 'show | create <app id>',
  summary: 'show the root key, or make credentials for an app',
  flags: { json: { kind: 'switch', summary: 'print a JSON object' } },
  words: { min: 1, max: 2 },
  async run(context) {
    const [verb, appId] = context.words
    if (verb === 'show' && appId === undefined) return show(context)
    if (verb === 'create' && appId !== undefined) return create(context, appId)
    throw new UsageError('key takes `show` or `create <app id>`.', { remedy: 'See orrery help key.' })
  },
}

const show = (context: CommandContext): number => {
  const root = findRootKey(context)
  context.print(context.switches.has('json') ? `${JSON.stringify(root)}\n` : `${root.rootKey}\n(from ${root.source})\n`)
  return EXIT_CODES.stopped
}

const create = async (context: CommandContext, appId: string): Promise<number> => {
  const { rootKey, dataDirectory } = findRootKey(context)
  const { url } = await createAdminClient(dataDirectory).status()
  const made = await createAppKey({ url, rootKey, appId, signal: context.signal })
  context.print(
    context.switches.has('json')
      ? `${JSON.stringify({ appId, ...made })}\n`
      : `Authorization: Bearer ${made.apiKey}:${made.apiSecret}\nThe secret is shown this once; Orrery keeps a hash of it.\n`,
  )
  return EXIT_CODES.stopped
}

const findRootKey = ({ workingDirectory, environment }: CommandContext) => {
  const { settings } = readConfiguration(workingDirectory, environment)
  const dataDirectory = resolve(workingDirectory, settings.ORRERY_DATA)
  if (settings.ORRERY_ROOT_KEY) return { rootKey: settings.ORRERY_ROOT_KEY, source: 'ORRERY_ROOT_KEY', dataDirectory }
  const path = join(dataDirectory, 'root-key')
  if (!existsSync(path)) {
    throw new DataDirectoryUnusableError(`There is no root key at ${path}.`, {
      remedy: 'Orrery makes it at its first start; or name another data directory with ORRERY_DATA.',
    })
  }
  return { rootKey: readFileSync(path, 'utf8').trim(), source: path, dataDirectory }
}
