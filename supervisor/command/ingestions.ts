import { setTimeout as sleep } from 'node:timers/promises'
import { Value } from '@sinclair/typebox/value'
import { createAdminClient } from '../admin/admin-client.ts'
import { EXIT_CODES } from '../errors.ts'
import type { Command, CommandContext } from './command.ts'
import { findRootKey } from './find-root-key.ts'
import { IngestionsAnswer, renderIngestions } from './render-ingestions.ts'

const LISTED_MAX = 200
const ANSWER_MS_MAX = 15_000
const WATCH_MS = 1_000

export const ingestions: Command = {
  name: 'ingestions',
  parameters: '',
  summary: 'documents that are being read into knowledge bases, how far they are and how long they will take',
  flags: {
    json: { kind: 'switch', summary: 'print them as JSON' },
    watch: { kind: 'switch', short: 'w', summary: 'show them anew every second until none is left' },
  },
  words: { min: 0, max: 0 },
  async run(context) {
    const ask = await createQuestion(context)
    const show = createScreen(context)
    for (;;) {
      const answer = await ask()
      show(context.switches.has('json') ? `${JSON.stringify(answer)}\n` : renderIngestions(answer))
      if (!context.switches.has('watch') || answer.ingestions.length === 0) return EXIT_CODES.stopped
      await sleep(WATCH_MS, undefined, { signal: context.signal }).catch(() => undefined)
      if (context.signal.aborted) return EXIT_CODES.stopped
    }
  },
}

/** Asks the running Orrery through its gateway. Throws an Error with the API's own words. */
const createQuestion = async (context: CommandContext) => {
  const { rootKey, dataDirectory } = findRootKey(context)
  const { url } = await createAdminClient(dataDirectory).status()
  return async (): Promise<IngestionsAnswer> => {
    const response = await fetch(`${url}/api/ingestions?limit=${LISTED_MAX}`, {
      headers: { authorization: `Bearer ${rootKey}` },
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    })
    const answer: unknown = await response.json()
    if (response.ok && Value.Check(IngestionsAnswer, answer))
      return Value.Clean(IngestionsAnswer, answer) as IngestionsAnswer
    const { detail = `The API answered ${response.status}.`, remedy = '' } = (answer ?? {}) as Record<string, string>
    throw new Error(`${detail} ${remedy}`.trim())
  }
}

/** On a terminal each picture takes the place of the one before; elsewhere they follow each other. */
const createScreen = ({ print, switches }: CommandContext) => {
  let shownLines = 0
  return (text: string): void => {
    const isOver = process.stdout.isTTY && !switches.has('json') && shownLines > 0
    print(isOver ? `\u001b[${shownLines}A\u001b[J${text}` : text)
    shownLines = text.split('\n').length - 1
  }
}
