import { type AdminClient, createAdminClient, type Watch } from '../admin/admin-client.ts'
import type { CommandContext } from './command.ts'
import { dataDirectoryOf } from './data-directory-option.ts'

/** The flag of every verb that changes something. */
export const JSON_FLAG = { json: { kind: 'switch', summary: 'print the result as JSON, without the steps' } } as const

/**
 * Runs an operation of the supervisor and prints its steps as they come; with `--json` only its result. Returns the result. Interrupting the
 * command line leaves the operation running.
 */
export const followOperation = async <Result>(
  context: CommandContext,
  run: (client: AdminClient, watch: Watch) => Promise<Result>,
  render: (result: Result) => string,
): Promise<Result> => {
  const isJson = context.switches.has('json')
  const watch: Watch = {
    progress: (text) => (isJson ? undefined : context.print(`… ${text}\n`)),
    signal: context.signal,
  }
  const result = await run(createAdminClient(dataDirectoryOf(context)), watch)
  context.print(isJson ? `${JSON.stringify(result, null, 2)}\n` : render(result))
  return result
}
