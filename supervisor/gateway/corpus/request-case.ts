/** A request, or what looks like one, and how a strict proxy answers it. */
export interface RequestCase {
  name: string
  /** The section of RFC 9112 or RFC 9110 that decides, or the class of attack. */
  source: string
  /** What the client sends, one character a byte. */
  bytes: string
  /** The final answers' statuses, in order. */
  answers: readonly number[]
  /** What becomes of the connection after them. `leaves`: the client itself goes away after its bytes. */
  after: 'keeps' | 'closes' | 'leaves'
  /** What the worker sees of it, in order, and nothing else. */
  worker: readonly ExpectedRequest[]
}

export interface ExpectedRequest {
  /** Method and target. */
  line: string
  /** Empty by default. */
  body?: string
  /** Headers that it must have, names in lower case; null for one that must not be there. */
  headers?: Readonly<Record<string, string | null>>
}

/** A head from its first line and its other lines, each without its end. */
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

export const HOST = 'Host: gateway.test'

/** A GET of `/assets/a` with these lines more. */
export const get = (...lines: string[]): string => head('GET /assets/a HTTP/1.1', HOST, ...lines)

/** A POST to `/assets/a` with these lines more. */
export const post = (lines: readonly string[], body: string): string =>
  head('POST /assets/a HTTP/1.1', HOST, ...lines) + body

/** What a request smuggler wants the worker to see. */
export const SMUGGLED = head('GET /assets/smuggled HTTP/1.1', 'Host: evil.test')

type Facts = Pick<RequestCase, 'name' | 'source' | 'bytes'>

/** It reaches nobody, and nothing more is read from its connection. */
export const refused = (status: number, facts: Facts): RequestCase => ({
  ...facts,
  answers: [status],
  after: 'closes',
  worker: [],
})

/** It reaches nobody, but it was understood: the connection goes on. */
export const turnedAway = (status: number, facts: Facts): RequestCase => ({
  ...facts,
  answers: [status],
  after: 'keeps',
  worker: [],
})

/** It reaches the worker once, and the connection goes on. */
export const passed = (facts: Facts, seen: ExpectedRequest = { line: 'GET /assets/a' }): RequestCase => ({
  ...facts,
  answers: [200],
  after: 'keeps',
  worker: [seen],
})

/** It reaches the worker once, and its connection ends. */
export const passedLast = (facts: Facts, seen: ExpectedRequest = { line: 'GET /assets/a' }): RequestCase => ({
  ...passed(facts, seen),
  after: 'closes',
})
