/** What is known when a process ends. */
export interface EndFacts {
  exitCode: number | null
  signal: string | null
  /** Why the supervisor itself killed it, if it did. */
  killReason: string | undefined
  /** Last line that it wrote, as text or as one JSON log line. */
  lastLine: string
}

const REASON_CHARACTERS_MAX = 300

/** One sentence about the cause of an end. */
export const deathReason = (facts: EndFacts): string => {
  if (facts.killReason) return facts.killReason
  if (facts.signal === 'SIGKILL') return 'killed by SIGKILL, by somebody or by the kernel for lack of memory'
  if (facts.signal) return `ended by ${facts.signal}`
  if (facts.exitCode === null) return 'ended; an earlier supervisor had started it, so nobody can tell how'
  if (facts.exitCode === 0) return 'ended although nobody had asked it to'
  const words = readLogLine(facts.lastLine).slice(0, REASON_CHARACTERS_MAX)
  return words === '' ? `exit code ${facts.exitCode}` : words
}

const readLogLine = (line: string): string => {
  try {
    const { err, msg } = JSON.parse(line) as { err?: { message?: string }; msg?: string }
    return [msg, err?.message].filter(Boolean).join(': ')
  } catch {
    return line.trim()
  }
}
