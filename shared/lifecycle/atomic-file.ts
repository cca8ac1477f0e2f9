import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Replaces a file whole: a reader sees the old text or the new one, never a part. On disk when it returns, if `durable`. */
export const writeFileAtomically = (path: string, text: string, options: { durable: boolean }): void => {
  const draft = `${path}.${process.pid}.new`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, text)
    if (options.durable) fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
