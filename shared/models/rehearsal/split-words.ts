/** A word with the space after it, a Han (or kana, hangul) character, or a run of space: what the rehearsal model counts as a token. */
const TOKEN =
  /\s+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+\s?/gu

/** Splits a text so that the pieces joined give it back. Pure. */
export const splitWords = (text: string): string[] => text.match(TOKEN) ?? []

export const countTokens = (text: string): number => splitWords(text).filter((piece) => piece.trim() !== '').length
