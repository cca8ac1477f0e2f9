/** The peer, in a process of its own: `unpdf` extracts the text of the files that it is given, one after the other. Prints milliseconds and pages. */
import { extractText } from 'unpdf'

const startedMs = performance.now()
let pages = 0
for (const path of process.argv.slice(2)) {
  const { totalPages, text } = await extractText(await Bun.file(path).bytes(), { mergePages: true })
  if (text.length === 0) throw new Error(`${path} gave no text`)
  pages += totalPages
}
console.log(JSON.stringify({ ms: performance.now() - startedMs, pages }))
