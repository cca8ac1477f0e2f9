import type { TurnEvent } from '#contracts/agent'
import type { RunHeader } from '#shared/journal/journal.ts'
import { type RunView, toRunView } from './run-view.ts'

/** An agent's turn as one document, as far as a run of any kind can be shown: asked, said, ended how. */
export const toTurnView = (header: RunHeader, events: readonly TurnEvent[]): RunView => {
  const view = toRunView(header, [])
  for (const event of events) {
    if (event.type === 'started') {
      view.uid = event.uid
      view.parameters = { messages: event.messages }
    } else if (event.type === 'model-delta') {
      view.result.content += event.content
      view.result.reasoning += event.reasoning
    } else if (event.type === 'finished') {
      view.usage = event.usage
      if (event.code !== 0) view.error = { code: event.code, message: event.message }
    }
  }
  return view
}
