import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { writeFileAtomically } from '#shared/lifecycle/atomic-file.ts'
import { FileState, isUnchanged } from './file-state.ts'
import { isSameProgram, Program } from './program.ts'

/** What one bundle was made of and what it consists of. The newest one of a place is in its `bundle.json`. */
export const BundleManifest = Type.Object({
  /** Of the runtime: bytecode of another one means nothing. */
  runtime: Type.String(),
  /** With the file that is run in place of each. */
  programs: Type.Array(Type.Intersect([Program, Type.Object({ file: Type.String() })])),
  /** Every file that the bundler read. */
  inputs: Type.Array(FileState, { minItems: 1 }),
  outputs: Type.Array(Type.Intersect([FileState, Type.Object({ hash: Type.String() })]), { minItems: 1 }),
})
export type BundleManifest = Static<typeof BundleManifest>

const MANIFEST = 'bundle.json'

export const currentRuntime = (): string => `${Bun.version} ${Bun.revision} ${process.platform} ${process.arch}`

/** Undefined when there is none that this runtime could use, or one of its files is not what was written. Reads them all, some megabytes. */
export const readManifest = (place: string): BundleManifest | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(join(place, MANIFEST), 'utf8'))
    if (!Value.Check(BundleManifest, value) || value.runtime !== currentRuntime()) return undefined
    return value.outputs.every(({ path, hash }) => hashFile(path) === hash) ? value : undefined
  } catch {
    return undefined // missing, or half of something
  }
}

/** The file that is run in place of a program; undefined when the bundle has none. */
export const fileOf = ({ programs }: BundleManifest, program: Program): string | undefined =>
  programs.find((bundled) => isSameProgram(bundled, program))?.file

/** Makes a bundle the one that is used. */
export const writeManifest = (place: string, manifest: BundleManifest): void =>
  writeFileAtomically(join(place, MANIFEST), JSON.stringify(manifest), { durable: false })

/** Whether running the bundle is running the sources as they are now. Takes about 3 ms. */
export const isCurrent = ({ inputs, outputs }: BundleManifest): boolean =>
  outputs.every(isUnchanged) && inputs.every(isUnchanged)

export const hashFile = (path: string): string => Bun.hash(readFileSync(path)).toString(16)
