import type { SourceFile } from './repository-rules.ts'

/** Files that call addresses without the outbound guard, each with the reason why that is right. */
const UNGUARDED: Readonly<Record<string, string>> = {
  'shared/models/sockets/fetch-plainly.ts': 'handed to models that an administrator saved, which are trusted',
  'shared/models/sockets/open-connection.ts': 'the same',
  'shared/models/calls/post-json.ts': 'is handed the fetch that its caller chose',
  'services/knowledge/ragflow/ragflow-client.ts': 'calls the address that an administrator set, which is trusted',
  'services/console/client/transport.ts': 'the API client that callers run, not the server',
}

/** Our own sockets, reached by a name that no resolver knows. */
const OWN = String.raw`['"\u0060]http://(?:gateway|orrery|supervisor|worker)\b`
const CALL = new RegExp(String.raw`(?<![.\w])fetch\((?!\s*${OWN})`)
/** A method or a type of that name. */
const DECLARATION = /^\s*(?:async\s+)?fetch\([^)]*\)\s*(?:[:{]|=>)/
/** Handed on as a value. */
const VALUE = /(?<![.\w'"])fetch(?:\s*[,})\]]|\s+[:;])/
const OTHER_WAYS = /new WebSocket\(|new EventSource\(|from 'node:(?:http|https|http2|tls|dgram)'|Bun\.connect(?:<|\()/

/** Services, and what they are made of, call the outside through the guard only (shared/outbound). Pure. */
export const findUnguardedCalls = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => /^(services|shared)\/.*\.ts$/.test(path) && !isExempt(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line) && reachesOut(line))
        .map((line) => `${path} calls the outside without the guard: ${line.trim()}`),
    )

const reachesOut = (line: string): boolean =>
  OTHER_WAYS.test(line) || (!DECLARATION.test(line) && (CALL.test(line) || VALUE.test(line)))

const isExempt = (path: string): boolean =>
  path in UNGUARDED ||
  path.startsWith('shared/outbound/') ||
  /\.test\.ts$|\.node-test\.ts$|\/test\/|\/fixtures\/|\/hostile\/|\/conformance\/|^shared\/testing\/|\/ask-test-model\.ts$/.test(
    path,
  )
