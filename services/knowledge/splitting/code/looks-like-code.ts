/** Lines that are looked at, and how much of each. */
const LINES_MAX = 400
const LINE_CHARACTERS_MAX = 200
/** Prose stays below a tenth, code is above a half. */
const SHARE_MIN = 0.35

const CODE_LINE =
  /[{};]\s*$|^\s*(?:import|from|package|use|using|include|require|def|class|fn|func|function|return|if|for|while|const|let|var|public|private|protected|static|end|elif|else|select|create|insert)\b.*[({:=;]|^\s*(?:\/\/|#|\/\*|\*\/|--|@\w)|^(?: {2,}|\t)\S|^\s*(?:import|from|return|end)\b|\)\s*:?\s*$/i

/** True for a text that is source code rather than prose, by its first lines. */
export const looksLikeCode = (text: string): boolean => {
  let filled = 0
  let code = 0
  for (let at = 0; at < text.length && filled < LINES_MAX; ) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    const line = text.slice(at, Math.min(end, at + LINE_CHARACTERS_MAX))
    if (line.trim() !== '') {
      filled += 1
      if (CODE_LINE.test(line)) code += 1
    }
    at = end + 1
  }
  return filled > 0 && code / filled >= SHARE_MIN
}
