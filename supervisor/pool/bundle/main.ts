/** Builds a bundle in a process of its own, which takes its memory along when it ends, and yields to everybody who has something to do. */
import { constants, setPriority } from 'node:os'
import { type BuildRequest, buildBundle } from './build-bundle.ts'
import { EXIT_CHANGED } from './bundle-builder.ts'

const request = JSON.parse(process.argv[2] ?? '') as BuildRequest
setPriority(constants.priority.PRIORITY_LOW)
try {
  if ((await buildBundle(request)) === 'changed') process.exitCode = EXIT_CHANGED
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`)
  process.exitCode = 1
}

/** Of several reasons the first: one is enough to look for. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  return String((first as { message?: unknown })?.message ?? first)
}
