import type { FileSplit } from '../wire/wire-models.ts'

/** RAGFlow counts tokens: one is a character of Chinese, and some four of English. */
const CHARACTERS_A_TOKEN = 2
const TOKENS_MAX = 2_048

/**
 * What a split says of lengths and marks, as the settings of RAGFlow's general chunker; undefined when it says nothing of them. RAGFlow knows no
 * shortest chunk, no overlap, no marks that cut always, and no headings: `cutOff` counts among the marks, the rest is left to it.
 * A mark of several characters stands in backquotes. Pure.
 */
export const parserSettingsOf = ({
  lengthRange,
  separator,
  cutOff,
}: Pick<FileSplit, 'lengthRange' | 'separator' | 'cutOff'>) => {
  const lengthMax = lengthRange?.[1] ?? 0
  const marks = [...(cutOff ?? []), ...(separator ?? [])].filter((mark) => mark !== '' && !mark.includes('`'))
  const settings = {
    ...(lengthMax > 0 && {
      chunk_token_num: Math.min(TOKENS_MAX, Math.max(1, Math.round(lengthMax / CHARACTERS_A_TOKEN))),
    }),
    ...(marks.length > 0 && {
      delimiter: marks.map((mark) => ([...mark].length === 1 ? mark : `\`${mark}\``)).join(''),
    }),
  }
  return Object.keys(settings).length === 0 ? undefined : settings
}
