import { type Static, Type } from '@sinclair/typebox'

/** What one process runs: a source, and which of the modules it may load it is never asked to. */
export const Program = Type.Object({
  /** Absolute path. */
  source: Type.String(),
  /**
   * Absolute paths of modules that stay outside of its bundle: each process holds all of its bundle in memory. Loaded after all, they come
   * from their sources.
   */
  without: Type.Array(Type.String()),
})
export type Program = Static<typeof Program>

export const isSameProgram = (one: Program, other: Program): boolean =>
  one.source === other.source &&
  one.without.length === other.without.length &&
  one.without.every((path) => other.without.includes(path))
