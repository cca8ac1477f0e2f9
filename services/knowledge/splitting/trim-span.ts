import type { Span } from './source-text.ts'

const isSpace = (character: string) => character.trim() === ''

/** The first place from `start` on that is no blank space; `end` where all is. */
export const trimmedStart = (text: string, start: number, end: number): number => {
  let at = start
  while (at < end && isSpace(text.charAt(at))) at += 1
  return at
}

/** The place behind the last character before `end` that is no blank space; `start` where all is. */
export const trimmedEnd = (text: string, start: number, end: number): number => {
  let at = end
  while (at > start && isSpace(text.charAt(at - 1))) at -= 1
  return at
}

/** A span without blank space at its ends. */
export const trimSpan = (text: string, { start, end }: Span): Span => {
  const last = trimmedEnd(text, start, end)
  return { start: trimmedStart(text, start, last), end: last }
}
