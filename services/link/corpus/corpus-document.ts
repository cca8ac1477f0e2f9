import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isJson, type Json, objectOf } from '../openapi/json-values.ts'
import { METHODS } from '../openapi/operation.ts'
import { pathItemOf } from '../openapi/read-operations.ts'

/** How an operation of the corpus is called, and what must arrive and come back: its `x-call`. */
export interface CorpusCall {
  /** The body of a run. */
  readonly gives: Json
  readonly arrives: {
    /** Path and query byte for byte; `*` stands for any path. */
    readonly target: string
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly lacks?: readonly string[]
    readonly body?: string
    readonly json?: unknown
    readonly base64?: string
    readonly parts?: readonly CorpusPart[]
  }
  /** 204 without a body when left out. `becomes` is what the caller gets, if not the same. */
  readonly answers?: { readonly status: number; readonly json?: unknown; readonly becomes?: unknown }
}

export interface CorpusPart {
  readonly name: string
  readonly filename?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  readonly base64?: string
}

export interface CorpusDocument {
  readonly name: string
  /** As it is written. Its server is `echo.example`. */
  readonly text: string
  /** The code with which the whole document is refused. */
  readonly refused: string | undefined
  /** Secrets by security scheme. */
  readonly credentials: Json
  readonly operations: readonly {
    readonly path: string
    readonly method: string
    readonly call?: CorpusCall
    readonly leftOut?: string
  }[]
}

const FOLDER = join(import.meta.dir, 'documents')

/** Documents that use what OpenAPI 3.0 and 3.1 offer, each with how its operations are called. */
export const readCorpus = (): CorpusDocument[] =>
  readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8')
      const document = objectOf(parse(text, { merge: true }))
      return {
        name,
        text,
        refused: typeof document['x-refused'] === 'string' ? document['x-refused'] : undefined,
        credentials: objectOf(document['x-credentials']),
        operations: Object.entries(objectOf(document.paths)).flatMap(([path, value]) =>
          operationsOf(document, path, value),
        ),
      }
    })

const operationsOf = (document: Json, path: string, value: unknown): CorpusDocument['operations'] => {
  const item = pathItemOf(document, value)
  return METHODS.filter((method) => isJson(item[method])).map((method) => {
    const { 'x-call': call, 'x-left-out': leftOut } = objectOf(item[method])
    return {
      path,
      method: method.toUpperCase(),
      ...(call === undefined ? {} : { call: call as CorpusCall }),
      ...(leftOut === undefined ? {} : { leftOut: String(leftOut) }),
    }
  })
}
