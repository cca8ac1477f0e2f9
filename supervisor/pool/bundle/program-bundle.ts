import type { Logger } from '#shared/logging/logger.ts'
import type { BuildRequest } from './build-bundle.ts'
import { runBundleBuilder } from './bundle-builder.ts'
import { type BundleManifest, fileOf, isCurrent, readManifest } from './bundle-manifest.ts'
import { isSameProgram, type Program } from './program.ts'

export interface ProgramBundleOptions extends Omit<BuildRequest, 'programs'> {
  logger: Logger
  /** Builds begin this long after the last start of a process, which needs the processor more; BUILD_AFTER_MS by default. */
  buildAfterMs?: number
}

/**
 * Programs in one file each, with their bytecode: a process that is started from one is ready in half the time. It is an opportunity only. What
 * is missing, older than the sources, damaged, or has let a process down is not used, and the sources are run as if there were no bundle.
 */
export interface ProgramBundle {
  /** The file to run for this program: its bundle, or the source itself. What is asked for is bundled from then on. */
  fileOf(program: Program): string
  /** A process that was started with this file failed by itself before it was ready. */
  failedToStart(file: string): void
  /** From now on it is built when it is missed. */
  start(): void
  stop(): Promise<void>
}

const BUILD_AFTER_MS = 1_000
/** A source that changes while it is read is probably not the last one that changes. */
const CHANGED_PAUSE_MS = 5_000
/** Programs of one bundle: those of this supervisor first, then those of others that share the place. */
const PROGRAMS_MAX = 16
/** Sources that cannot be bundled are seldom mended at once. */
const FAILED_PAUSE_MS = 60_000

export const createProgramBundle = (options: ProgramBundleOptions): ProgramBundle => {
  const { place, root, logger, buildAfterMs = BUILD_AFTER_MS } = options
  const stopped = new AbortController()
  let manifest: BundleManifest | undefined = readManifest(place)
  /** The bundle that was in use when a process failed. Not for good: when the sources fail too, the bundle was not to blame. */
  let distrusted: BundleManifest | undefined
  /** All that were asked for. */
  const wanted: Program[] = []
  let started = false
  let missed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let pausedUntilMs = 0
  let building: Promise<void> | undefined

  const plan = () => {
    if (!started || building || !missed || stopped.signal.aborted) return
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        building = build().finally(() => {
          building = undefined
          plan()
        })
      },
      Math.max(buildAfterMs, pausedUntilMs - Date.now()),
    )
    timer.unref()
  }

  const build = async () => {
    missed = false
    if (useNewest()) return // another supervisor has built it
    const outcome = await runBundleBuilder({ place, root, programs: toBuild() }, stopped.signal)
    if (outcome.kind === 'aborted') return
    if (outcome.kind === 'failed') {
      pausedUntilMs = Date.now() + FAILED_PAUSE_MS
      logger.warn({ reason: outcome.reason }, 'could not bundle the programs; processes start from their sources')
      return
    }
    missed = outcome.kind === 'changed' || !useNewest()
    if (missed) pausedUntilMs = Date.now() + CHANGED_PAUSE_MS
    else logger.info({ place }, 'bundled the programs; processes start faster now')
  }

  const useNewest = (): boolean => {
    const newest = readManifest(place)
    if (!newest || !isCurrent(newest)) return false
    manifest = newest
    return wanted.every((program) => fileOf(newest, program))
  }

  /** Supervisors with other pools may run from the same sources: none takes away what another one starts from. */
  const toBuild = (): Program[] => {
    const others = (manifest?.programs ?? []).filter(
      (known) => !wanted.some((program) => isSameProgram(program, known)),
    )
    return [...wanted, ...others.map(({ source, without }) => ({ source, without }))].slice(0, PROGRAMS_MAX)
  }

  const miss = (why: string) => {
    if (!missed && manifest) logger.info({ why }, 'not using the bundle')
    missed = true
    plan()
  }

  return {
    fileOf(program) {
      if (!wanted.some((known) => isSameProgram(known, program))) wanted.push(program)
      const file = manifest && fileOf(manifest, program)
      if (!manifest || !file) miss('it has not this program')
      else if (!isCurrent(manifest)) miss('a source or the bundle itself has changed')
      else if (manifest !== distrusted) return file
      return program.source
    },
    failedToStart(file) {
      const isBundle = manifest?.programs.some((program) => program.file === file) ?? false
      if (isBundle)
        logger.warn({ file }, 'a process failed to start from the bundle; the next one starts from its source')
      if (isBundle) distrusted = manifest
      else if (wanted.some(({ source }) => source === file)) distrusted = undefined
    },
    start() {
      started = true
      plan()
    },
    async stop() {
      clearTimeout(timer)
      stopped.abort()
      await building
    },
  }
}
