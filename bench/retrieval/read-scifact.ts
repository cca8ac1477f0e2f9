import type { JudgedQuestion } from './judged-ranking.ts'

/** `{docs: {id: {t: title, s: [sentences]}}, train: [{q: claim, r: {id: grade}}]}` */
interface ScifactFile {
  docs: Record<string, { t: string; s: string[] }>
  train: { q: string; r: Record<string, number> }[]
}

/** Title and abstract of each paper as one text, and the claims with their grades by number of text. A `.gz` is unpacked. */
export const readScifact = async (
  path: string,
): Promise<{ ids: string[]; texts: string[]; questions: JudgedQuestion[] }> => {
  const bytes = await Bun.file(path).bytes()
  const file = JSON.parse(new TextDecoder().decode(path.endsWith('.gz') ? Bun.gunzipSync(bytes) : bytes)) as ScifactFile
  const ids = Object.keys(file.docs)
  const numbers = new Map(ids.map((id, number) => [id, number]))
  return {
    ids,
    texts: Object.values(file.docs).map(({ t, s }) => `${t} ${s.join(' ')}`),
    questions: file.train.map(({ q, r }) => ({
      text: q,
      grades: new Map(Object.entries(r).map(([id, grade]) => [numbers.get(id) ?? -1, grade])),
    })),
  }
}
