import type { ProgressLine } from './progress-stream.ts'

/** Reads an answer of JSON lines to its end: tells each step, returns the last line, or undefined when the answer broke off before it. */
export const readProgress = async (
  response: Response,
  onProgress: (text: string) => void,
): Promise<Exclude<ProgressLine, { progress: string }> | undefined> => {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      const line = JSON.parse(text) as ProgressLine // our own program, of the same version
      if (!('progress' in line)) return line
      onProgress(line.progress)
    }
  }
  return undefined
}
