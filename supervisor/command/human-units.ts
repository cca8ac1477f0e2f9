const MEGABYTE = 1_048_576

/** `187 MB`, `3.4 GB`. Pure. */
export const renderBytes = (bytes: number): string => {
  const megabytes = bytes / MEGABYTE
  return megabytes < 1_024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1_024).toFixed(1)} GB`
}

const STEPS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** The two largest units of a time: `2 d 3 h`, `45 s`. Pure. */
export const renderDuration = (ms: number): string => {
  let seconds = Math.max(0, Math.floor(ms / 1_000))
  const parts: string[] = []
  for (const [size, unit] of STEPS) {
    const count = Math.floor(seconds / size)
    seconds -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.slice(0, 2).join(' ') || '0 s'
}
