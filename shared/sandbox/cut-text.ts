const CUT = '\n… (cut)'

/** The beginning of a text, at most `bytesMax` bytes of UTF-8 long; says so when it is not the whole. */
export const cutText = (text: string, bytesMax: number): string => {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return text
  const kept = new TextDecoder().decode(bytes.subarray(0, bytesMax))
  // A character that was cut in two is left out.
  return `${kept.replace(/\uFFFD$/, '')}${CUT}`
}
