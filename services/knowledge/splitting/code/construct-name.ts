/** Declarations are told by their first words; longer lines are not read further. */
const READ_CHARACTERS_MAX = 300
const NAME_CHARACTERS_MAX = 120

const MODIFIERS =
  '(?:(?:export|default|declare|pub(?:\\([a-z]+\\))?|public|private|protected|internal|static|abstract|final|sealed|async|unsafe|extern|inline|virtual|override|open|data|partial)\\s+)*'
const KEYWORDS =
  'class|interface|struct|enum|trait|impl|module|namespace|object|record|protocol|extension|contract|union|type|def|fn|func|function\\*?|fun|sub|proc|procedure|macro_rules!|create\\s+(?:or\\s+replace\\s+)?(?:table|view|function|procedure|index|trigger)'
const DECLARED = new RegExp(`^\\s*${MODIFIERS}((?:const\\s+(?=enum|fn))?(?:${KEYWORDS}))(?:\\s+|(?=<))(.+)`, 'iu')
/** Of Go, the receiver belongs to a method's name. */
const NAME = /^(?:\([^()]{1,80}\)\s*)?[\p{L}\p{N}_$.:~!?<>'`"*&, -]+/u
const ASSIGNED = new RegExp(
  `^\\s*${MODIFIERS}(?:const|let|var|val)\\s+([\\p{L}_$][\\p{L}\\p{N}_$]*)\\s*(?::[^=]{0,80})?=\\s*(?:async\\b|function\\b|\\(|[\\p{L}_$][\\p{L}\\p{N}_$]*\\s*=>)`,
  'u',
)
/** A function without a keyword, as C and Java have them: a type or modifiers, a name, parameters, and no semicolon. */
const TYPED = /^[\p{L}_][\p{L}\p{N}_<>,*&:[\] ]{0,120}?\s[*&]*([\p{L}_~][\p{L}\p{N}_:~]*)\s*\([^;]*$/u
const STATEMENT =
  /^\s*(?:return|if|for|while|switch|else|throw|new|await|yield|case|do|try|catch|assert|print|echo|import|from|use|using)\b/

/** The name of what a line declares with its kind, such as "class Stack"; undefined for a line that declares nothing known. */
export const constructName = (line: string): string | undefined => {
  const read = line.slice(0, READ_CHARACTERS_MAX).trimEnd()
  const [, kind = '', rest = ''] = DECLARED.exec(read) ?? []
  const named = NAME.exec(rest)?.[0].replace(/[\s:,<{-]+$/u, '')
  if (named) return `${kind.replace(/\s+/g, ' ')} ${named}`.slice(0, NAME_CHARACTERS_MAX).toWellFormed()
  const assigned = ASSIGNED.exec(read)?.[1]
  if (assigned) return assigned.slice(0, NAME_CHARACTERS_MAX)
  return STATEMENT.test(read) ? undefined : TYPED.exec(read.trimStart())?.[1]
}
