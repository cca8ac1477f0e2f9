/** Numeric parts of a version name: `v1.10` is [1, 10]. A name without a number sorts before all others. */
const versionNumbers = (version: string): [number, number] => {
  const match = /(\d+)(?:\.(\d+))?/.exec(version)
  return match ? [Number(match[1]), Number(match[2] ?? 0)] : [-1, -1]
}

/** The version that counts as newest: highest major, then highest minor number. */
export const newestVersion = <Row extends { version: string }>(rows: readonly Row[]): Row | undefined =>
  [...rows].sort((a, b) => {
    const [aMajor, aMinor] = versionNumbers(a.version)
    const [bMajor, bMinor] = versionNumbers(b.version)
    return bMajor - aMajor || bMinor - aMinor
  })[0]
