import { markSilence, SILENCE } from './mark-silence.ts'

/** How often a quiet event stream of ours says that it is alive. Proxies close what is silent for a minute, some for half of one. */
export const HEARTBEAT_MS = 15_000

/** A comment, which readers of server-sent events pass over (WHATWG HTML, section 9.2.6). It is no event: whoever counts those leaves it out. */
export const HEARTBEAT = ': alive\n\n'

/** The events of a stream, with a heartbeat each time that none came for `silenceMs`. Not for wires whose readers know no comments. */
export async function* withHeartbeats(events: AsyncIterable<string>, silenceMs = HEARTBEAT_MS): AsyncGenerator<string> {
  for await (const event of markSilence(events, silenceMs)) yield event === SILENCE ? HEARTBEAT : event
}
