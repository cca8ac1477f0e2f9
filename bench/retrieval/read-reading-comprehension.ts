import type { JudgedQuestion } from './judged-ranking.ts'

/** The part of the SQuAD form that says which paragraph a question is about. */
interface ReadingComprehension {
  data: { paragraphs: { context: string; qas: { question: string }[] }[] }[]
}

/** Paragraphs of a reading-comprehension set, each once, and its questions, each with its paragraph as the only right one. */
export const readReadingComprehension = async (
  path: string,
): Promise<{ texts: string[]; questions: JudgedQuestion[] }> => {
  const { data } = (await Bun.file(path).json()) as ReadingComprehension
  const numbers = new Map<string, number>()
  const questions: JudgedQuestion[] = []
  for (const { context, qas } of data.flatMap(({ paragraphs }) => paragraphs)) {
    const number = numbers.get(context) ?? numbers.size
    numbers.set(context, number)
    for (const { question } of qas) questions.push({ text: question, grades: new Map([[number, 1]]) })
  }
  return { texts: [...numbers.keys()], questions }
}
