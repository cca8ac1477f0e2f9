import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgresBinaries } from '../../backends/postgres-binaries.ts'
import { probePostgres } from '../../backends/probe-postgres.ts'
import { EXIT_CODES, StartError } from '../../errors.ts'
import { type CheckFacts, type CheckResult, failure, ok } from './check.ts'

const NAME = 'database'
const PROBE_MS_MAX = 5_000

/** The user's PostgreSQL answers, or the embedded one is installed and can be executed. */
export const checkDatabase = async ({ settings }: CheckFacts): Promise<CheckResult> => {
  if (settings.DATABASE_URL) {
    const problem = await probePostgres(settings.DATABASE_URL, PROBE_MS_MAX)
    if (!problem) return ok(NAME, 'the PostgreSQL of DATABASE_URL answers')
    return unreachable(
      `The PostgreSQL of DATABASE_URL cannot be used: ${problem}.`,
      'Start it, or correct DATABASE_URL.',
    )
  }
  const scratch = mkdtempSync(join(tmpdir(), 'orrery-doctor-'))
  try {
    return await tryEmbedded(scratch)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return unreachable(error.message, error.remedy ?? '')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const tryEmbedded = async (linkDirectory: string): Promise<CheckResult> => {
  const { postgres, environment } = findPostgresBinaries(linkDirectory)
  const child = Bun.spawn([postgres, '--version'], {
    env: environment,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: PROBE_MS_MAX,
  })
  const [text, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) === 0) return ok(NAME, `embedded, ${text.trim()}`)
  return unreachable(
    `The embedded PostgreSQL does not run: ${complaint.trim()}`,
    'Run npm ci again, or set DATABASE_URL.',
  )
}

const unreachable = (detail: string, remedy: string): CheckResult =>
  failure(NAME, { detail, remedy, exitCode: EXIT_CODES.backendUnreachable })
