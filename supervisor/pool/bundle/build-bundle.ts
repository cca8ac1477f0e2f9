import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BundleManifest, currentRuntime, hashFile, writeManifest } from './bundle-manifest.ts'
import { type FileState, readFileState } from './file-state.ts'
import { leaveOutPlugin } from './leave-out-plugin.ts'
import type { Program } from './program.ts'
import { sourcePathsPlugin } from './source-paths-plugin.ts'

export interface BuildRequest {
  /** Directory of bundles; what it holds of earlier ones is removed when nobody can be about to read it. */
  place: string
  /** None may wait at its top level. */
  programs: readonly Program[]
  /** Directory above all sources; its `package.json` and `tsconfig.json` decide how they are read. */
  root: string
}

/** A source that changed this shortly before the bundler began may have been read before the change: clocks of file systems tick coarsely. */
const TICK_MS = 50
/** Processes read their program at once when they start. */
const OLD_AFTER_MS = 600_000

/**
 * Bundles programs with their bytecode and makes them the ones that are used, or changes nothing. Killed half-way, it leaves a directory that
 * nobody reads.
 *
 * Returns `changed` when a source was written meanwhile, so that nobody knows what was read; throws when the sources cannot be bundled.
 */
export const buildBundle = async ({ place, programs, root }: BuildRequest): Promise<BundleManifest | 'changed'> => {
  const directory = join(place, crypto.randomUUID())
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const startedMs = Date.now()
  try {
    const bundled: BundleManifest['programs'] = []
    const sources = new Set(['package.json', 'tsconfig.json'].map((name) => join(root, name)))
    for (const [index, program] of programs.entries()) {
      const { metafile } = await Bun.build({
        entrypoints: [program.source],
        root,
        outdir: directory,
        naming: `program-${index}.js`,
        target: 'bun',
        format: 'cjs', // the only one that Bun has bytecode for
        bytecode: true,
        sourcemap: 'linked', // stacks name the sources
        metafile: true,
        plugins: [leaveOutPlugin(program.without), sourcePathsPlugin],
      })
      const file = join(directory, `program-${index}.js`)
      dropSources(`${file}.map`)
      bundled.push({ ...program, file })
      for (const path of Object.keys(metafile?.inputs ?? {})) sources.add(resolve(path))
    }
    const inputs = [...sources].map(readFileState)
    const changed = inputs.some((input) => input === undefined || input.changedMs > startedMs - TICK_MS)
    if (changed) {
      rmSync(directory, { recursive: true, force: true })
      return 'changed'
    }
    const manifest = describe(
      directory,
      bundled,
      inputs.filter((input) => input !== undefined),
    )
    writeManifest(place, manifest)
    removeOld(place, manifest)
    return manifest
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

/** A map names places in the sources, which are there to be read; their texts in it are three quarters of what a first stack has to load. */
const dropSources = (path: string): void => {
  const map = JSON.parse(readFileSync(path, 'utf8')) as { sourcesContent: string[] }
  writeFileSync(path, JSON.stringify({ ...map, sourcesContent: map.sourcesContent.map(() => '') }))
}

const describe = (directory: string, programs: BundleManifest['programs'], inputs: FileState[]): BundleManifest => ({
  runtime: currentRuntime(),
  programs,
  inputs,
  outputs: readdirSync(directory).flatMap((name) => {
    const state = readFileState(join(directory, name))
    return state ? [{ ...state, hash: hashFile(state.path) }] : []
  }),
})

const removeOld = (place: string, { outputs }: BundleManifest): void => {
  for (const name of readdirSync(place)) {
    const path = join(place, name)
    const isUsed = outputs.some((output) => output.path.startsWith(`${path}/`))
    const seen = statSync(path, { throwIfNoEntry: false })
    if (seen?.isDirectory() && !isUsed && Date.now() - seen.mtimeMs > OLD_AFTER_MS) {
      rmSync(path, { recursive: true, force: true })
    }
  }
}
