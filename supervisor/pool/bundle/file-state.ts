import { statSync } from 'node:fs'
import { type Static, Type } from '@sinclair/typebox'

/**
 * What a file looked like. Whoever writes to a file, or puts another one in its place, changes this: the kernel sets the time of the change,
 * and nobody can set it back as they can that of the modification.
 */
export const FileState = Type.Object({
  path: Type.String({ minLength: 1 }),
  bytes: Type.Number(),
  inode: Type.Number(),
  /** Since 1970, in milliseconds, with what the file system has below them. */
  changedMs: Type.Number(),
})
export type FileState = Static<typeof FileState>

/** Undefined when there is no such file. */
export const readFileState = (path: string): FileState | undefined => {
  const seen = statSync(path, { throwIfNoEntry: false })
  return seen?.isFile() ? { path, bytes: seen.size, inode: seen.ino, changedMs: seen.ctimeMs } : undefined
}

/** Takes about 3 µs. */
export const isUnchanged = ({ path, bytes, inode, changedMs }: FileState): boolean => {
  const now = statSync(path, { throwIfNoEntry: false })
  return now !== undefined && now.ctimeMs === changedMs && now.size === bytes && now.ino === inode
}
