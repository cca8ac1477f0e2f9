import { cutText } from './cut-text.ts'

/** What a program prints, line by line, as far as there is room. */
export interface ProgramLog {
  write(line: string): void
  text(): string
}

/** Keeps about `bytesMax` bytes and drops the rest, so that printing costs no memory. */
export const createProgramLog = (bytesMax: number): ProgramLog => {
  const lines: string[] = []
  let bytes = 0
  return {
    write(line) {
      if (bytes > bytesMax) return
      // One byte of a character at least: what is surely too long is cut before it is counted.
      const kept = line.slice(0, bytesMax - bytes + 1)
      lines.push(kept)
      bytes += Buffer.byteLength(kept) + 1
    },
    text: () => cutText(lines.join('\n'), bytesMax),
  }
}
