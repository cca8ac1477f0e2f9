import type { ClientOptions } from './request-clients.ts'

const FIRST_MS_MAX = 15_000
const RECONNECT_MS = 10

/** Reads numbers from a stream. A plain one ends between two events when its worker drains and is asked for again from there. */
export const readStream = async (options: ClientOptions, kind: 'plain' | 'resumable'): Promise<void> => {
  const { tally, stopped } = options
  let next = 0
  while (!stopped.aborted) {
    const from = next
    const target = kind === 'plain' ? `/agent/v1/count?from=${from}` : '/agent/v1/resumable?after=0'
    const got = await readOnce(options, target, (number) => {
      if (number !== next) tally.failed(`${kind} stream: ${number < next ? 'a repeated' : 'a missing'} number`)
      next = number + 1
      tally.did(`${kind} stream: numbers`)
    })
    if (stopped.aborted) return
    if (kind === 'resumable') {
      tally.failed(`resumable stream: ${got}`)
      next = 0
    } else if (got === 'ended') tally.did('plain stream: asked for the rest')
    else tally.failed(`plain stream: ${got}`)
    await Bun.sleep(RECONNECT_MS)
  }
}

/** Returns how the stream ended; never throws. */
const readOnce = async (
  { port, rootKey, stopped }: ClientOptions,
  target: string,
  onNumber: (number: number) => void,
): Promise<string> => {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), FIRST_MS_MAX)
  let text = ''
  try {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, {
      headers: { authorization: `Bearer ${rootKey}` },
      keepalive: false, // a new connection, on which Bun repeats nothing
      signal: AbortSignal.any([stopped, silence.signal]),
    })
    if (response.status !== 200) return String(response.status)
    for await (const bytes of response.body ?? []) {
      clearTimeout(timer)
      text += Buffer.from(bytes).toString()
      const end = text.lastIndexOf('\n\n') + 2
      for (const [, number] of text.slice(0, end).matchAll(/^data: (\d+)$/gm)) onNumber(Number(number))
      text = text.slice(end)
    }
    return text === '' ? 'ended' : 'ended within an event'
  } catch (error) {
    return `broken (${(error as { code?: string }).code ?? String(error)})`
  } finally {
    clearTimeout(timer)
  }
}

/** Close codes that tell a client to come back: the server goes away, or restarts. */
const RETURN_CODES = new Set([1_001, 1_012])
const ECHO_MS_MAX = 10_000
const PAUSE_MS = 20

/** Sends numbers over a WebSocket and wants each back, in order. When told to come back it goes on with the first that did not return. */
export const echoNumbers = async (options: ClientOptions, mayBreak = false): Promise<void> => {
  const { tally, stopped } = options
  let next = 0
  while (!stopped.aborted) {
    const { code, reached } = await echoOnce(options, next)
    next = reached
    if (stopped.aborted) return
    if (RETURN_CODES.has(code)) tally.did('WebSocket: came back')
    else if (mayBreak) tally.did(`WebSocket: broke with ${code}`)
    else tally.failed(`WebSocket: closed with ${code}`)
    await Bun.sleep(RECONNECT_MS)
  }
}

const echoOnce = (
  { port, rootKey, tally, stopped }: ClientOptions,
  from: number,
): Promise<{ code: number; reached: number }> =>
  new Promise((settle) => {
    let next = from
    const headers = { authorization: `Bearer ${rootKey}` }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/agent/v1/socket`, { headers } as unknown as string[])
    const onStop = () => socket.close()
    stopped.addEventListener('abort', onStop, { once: true })
    let timer = setTimeout(() => socket.terminate(), ECHO_MS_MAX)
    const send = () => {
      if (socket.readyState === WebSocket.OPEN) socket.send(String(next))
    }
    socket.onopen = send
    socket.onmessage = ({ data }) => {
      clearTimeout(timer)
      timer = setTimeout(() => socket.terminate(), ECHO_MS_MAX)
      if (data !== String(next)) tally.failed('WebSocket: another echo than expected')
      tally.did('WebSocket: echoes')
      next += 1
      setTimeout(send, PAUSE_MS)
    }
    socket.onclose = ({ code }) => {
      clearTimeout(timer)
      stopped.removeEventListener('abort', onStop)
      settle({ code, reached: next })
    }
  })
