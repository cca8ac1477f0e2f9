import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES, UsageError } from '../errors.ts'
import type { Strategy } from '../reload/batch-policy.ts'
import { isApplied, type ReloadOutcome } from '../reload/reload-outcome.ts'
import type { Command, CommandContext } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'
import { followOperation, JSON_FLAG } from './follow-operation.ts'
import { renderOutcome, renderPreview } from './render-reload.ts'

const STRATEGIES: readonly Strategy[] = ['rolling', 'blue-green']
const EXIT_TAKEN_BACK = 1

export const reload: Command = {
  name: 'reload',
  parameters: '',
  summary: 'apply the changed configuration without an interruption (SIGHUP does the same)',
  details: [
    'Only what differs is touched: sizes and limits at once, workers and the gateway by replacing those that are concerned. When new workers',
    'do not get ready, die, or fail more requests than the old ones, everything goes back to what it was. A drained pool gets requests again.',
    'Ends with 0 when applied, 1 when taken back, 78 when the configuration is invalid or needs a new start; then nothing was changed.',
  ],
  flags: {
    plan: { kind: 'switch', summary: 'show what would be done, and do nothing' },
    strategy: {
      kind: 'value',
      summary:
        'rolling (one worker of each pool at a time; default) or blue-green (a second set, requests shift step by step)',
    },
    code: {
      kind: 'switch',
      summary:
        'replace every process by one of the program files as they are now; old ones stay until all new ones are accepted',
    },
    ...JSON_FLAG,
  },
  words: { min: 0, max: 0 },
  async run(context) {
    const request = { strategy: readStrategy(context), code: context.switches.has('code') }
    if (context.switches.has('plan')) {
      const outcome = await createAdminClient(dataDirectoryOf(context)).previewReload(request)
      context.print(context.switches.has('json') ? `${JSON.stringify(outcome, null, 2)}\n` : renderPreview(outcome))
      return exitCodeOf(outcome)
    }
    return exitCodeOf(await followOperation(context, (client, watch) => client.reload(request, watch), renderOutcome))
  },
}

/** What a reload ends with. Pure. */
export const exitCodeOf = (outcome: ReloadOutcome): number => {
  if (isApplied(outcome)) return EXIT_CODES.stopped
  return outcome.result === 'rolled-back' ? EXIT_TAKEN_BACK : EXIT_CODES.configurationInvalid
}

const readStrategy = ({ values }: CommandContext): Strategy => {
  const given = values.get('strategy') ?? 'rolling'
  const strategy = STRATEGIES.find((known) => known === given)
  if (!strategy) {
    throw new UsageError(`There is no strategy ${given}.`, { remedy: `There are ${STRATEGIES.join(' and ')}.` })
  }
  return strategy
}
