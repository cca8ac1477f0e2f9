import { connect, type Socket } from 'node:net'
import { type HttpMessage, HttpMessageReader, statusOf, valuesOf } from '../../shared/testing/http-message-reader.ts'

/** What a request came to. Every failure is told apart; nothing is tried again here. */
export type RequestOutcome =
  | { kind: 'answer'; status: number; body: string }
  | { kind: 'refused' | 'reset' | 'closed-without-answer' | 'cut-answer' | 'timeout' | 'no-http' }

const ANSWER_MS_MAX = 15_000

/**
 * A client over raw sockets, with one request at a time. A kept connection that the server closed between requests is opened anew, as every
 * client does; one that closes under a request is a failure.
 */
export class RawRequester {
  readonly #port: number
  readonly #keeps: boolean
  #socket: Socket | undefined

  constructor(port: number, options: { keepAlive: boolean }) {
    this.#port = port
    this.#keeps = options.keepAlive
  }

  async request(lines: readonly string[], body = ''): Promise<RequestOutcome> {
    const socket = await this.#connection()
    if (!socket) return { kind: 'refused' }
    const length = body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []
    const end = this.#keeps ? [] : ['Connection: close']
    const [first = '', ...more] = lines
    const head = [first, 'Host: chaos.test', ...more, ...length, ...end].join('\r\n')
    const answered = readAnswer(socket)
    socket.write(`${head}\r\n\r\n${body}`)
    const outcome = await answered
    if (outcome.kind !== 'answer' || !this.#keeps || outcome.isLast) this.close()
    return outcome
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  async #connection(): Promise<Socket | undefined> {
    const present = this.#socket
    if (present && !present.destroyed && present.readable && present.writable && !present.readableEnded) return present
    present?.destroy()
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    this.#socket = socket
    const isOpen = await new Promise<boolean>((settled) => {
      socket.once('connect', () => settled(true))
      socket.once('error', () => settled(false))
    })
    socket.on('error', () => undefined)
    socket.on('end', () => socket.destroy())
    return isOpen ? socket : undefined
  }
}

const readAnswer = (socket: Socket): Promise<RequestOutcome & { isLast?: boolean }> =>
  new Promise((settle) => {
    const reader = new HttpMessageReader()
    const timer = setTimeout(() => finish({ kind: 'timeout' }), ANSWER_MS_MAX)
    const finish = (outcome: RequestOutcome & { isLast?: boolean }) => {
      clearTimeout(timer)
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError)
      settle(outcome)
    }
    const onData = (bytes: Buffer) => {
      let answers: HttpMessage[]
      try {
        answers = reader.push(bytes)
      } catch {
        return finish({ kind: 'no-http' })
      }
      const answer = answers.find((message) => statusOf(message) >= 200)
      if (!answer) return
      const isLast = valuesOf(answer, 'connection').some((value) => value.toLowerCase() === 'close')
      finish({ kind: 'answer', status: statusOf(answer), body: answer.body.toString(), isLast })
    }
    const onEnd = () => finish({ kind: reader.rest.length > 0 ? 'cut-answer' : 'closed-without-answer' })
    const onError = () => finish({ kind: reader.rest.length > 0 ? 'cut-answer' : 'reset' })
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError)
  })
