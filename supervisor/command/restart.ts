import { EXIT_CODES, UsageError } from '../errors.ts'
import type { Command } from './command.ts'
import { followOperation, JSON_FLAG } from './follow-operation.ts'
import { exitCodeOf } from './reload.ts'
import { renderOutcome } from './render-reload.ts'

export const restart: Command = {
  name: 'restart',
  parameters: '<pid> | --all',
  summary: 'replace one worker, or with --all every process; the new one is ready before the old one stops',
  flags: {
    all: { kind: 'switch', summary: 'replace every worker and the gateway, the same as orrery reload --code' },
    ...JSON_FLAG,
  },
  words: { min: 0, max: 1 },
  async run(context) {
    const [word = ''] = context.words
    if (context.switches.has('all') && word === '') {
      const request = { strategy: 'rolling', code: true } as const
      return exitCodeOf(await followOperation(context, (client, watch) => client.reload(request, watch), renderOutcome))
    }
    if (context.switches.has('all') || !/^[1-9]\d*$/.test(word)) {
      throw new UsageError(`${word || 'Nothing'} is no process id.`, {
        remedy: '`orrery status` shows the workers with their ids; --all stands alone.',
      })
    }
    await followOperation(
      context,
      async (client) => {
        await client.restartWorker(Number(word))
        return { replaced: Number(word) }
      },
      ({ replaced }) => `The worker ${replaced} was replaced.\n`,
    )
    return EXIT_CODES.stopped
  },
}
