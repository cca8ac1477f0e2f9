/** Reads Prometheus text again and again and notes each counter or part of a histogram that became less, or that is there no more. */
export interface CounterWatch {
  read(text: string): void
  /** Series that only may grow, and values that were compared so far. */
  seen(): { series: number; comparisons: number }
  violations(): string[]
}

export const createCounterWatch = (): CounterWatch => {
  const last = new Map<string, number>()
  const violations: string[] = []
  let comparisons = 0

  const compare = (series: string, value: number | undefined) => {
    const before = last.get(series)
    if (before !== undefined) comparisons += 1
    if (before !== undefined && (value === undefined || value < before)) {
      violations.push(`${series}: ${before}, then ${value ?? 'nothing'}`)
    }
    if (value !== undefined) last.set(series, value)
  }

  return {
    read(text) {
      const values = readGrowing(text)
      for (const [series, value] of values) compare(series, value)
      for (const series of last.keys()) if (!values.has(series)) compare(series, undefined)
    },
    seen: () => ({ series: last.size, comparisons }),
    violations: () => violations,
  }
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/
const HISTOGRAM_PART = /_(bucket|sum|count)$/

/** Samples of counters and histograms, by name and labels. */
const readGrowing = (text: string): Map<string, number> => {
  const types = new Map<string, string>()
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    if (declared && type) types.set(declared, type)
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? []
    const isCounter = types.get(name) === 'counter'
    const isHistogram = HISTOGRAM_PART.test(name) && types.get(name.replace(HISTOGRAM_PART, '')) === 'histogram'
    if (isCounter || isHistogram) values.set(name + labels, Number(value))
  }
  return values
}
