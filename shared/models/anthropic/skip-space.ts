/**
 * Drops from the start of a continued answer the white space that the delivered text already ended with: the provider was given that text
 * without it, and so says it again. Returns what of each piece is new.
 */
export const createSpaceSkipper = (delivered: string): ((text: string) => string) => {
  let space = delivered.slice(delivered.trimEnd().length)
  return (text) => {
    if (space === '') return text
    let same = 0
    while (same < space.length && same < text.length && space[same] === text[same]) same++
    // Anything else than more of that white space ends the search.
    space = same === text.length ? space.slice(same) : ''
    return text.slice(same)
  }
}
