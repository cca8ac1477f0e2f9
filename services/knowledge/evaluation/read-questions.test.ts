import { expect, test } from 'bun:test'
import { QUESTIONS_MAX, type ReadQuestions, readCsvQuestions, readJsonQuestions } from './read-questions.ts'

const told = ({ questions, problems }: ReadQuestions) => ({
  questions: questions.map(({ question, expected, at }) => [question, Object.fromEntries(expected), at]),
  problems: problems.map(({ at, reason }) => `${at} ${reason}`),
})

test('a CSV file is read with quotes, several documents, grades and lines that quotes span', () => {
  const csv =
    '\ufeffQuestion,Documents,Grade\r\n"How, and ""why""?",a.pdf | b.pdf,\r\n\r\n"Two\r\nlines",c.pdf,2\r\nTwo marks,c.pdf,3\r\nTwo marks,d.pdf,1\r\n'
  expect(told(readCsvQuestions(csv))).toEqual({
    questions: [
      ['How, and "why"?', { 'a.pdf': 1, 'b.pdf': 1 }, 'line 2'],
      ['Two\nlines', { 'c.pdf': 2 }, 'line 4'],
      ['Two marks', { 'c.pdf': 3, 'd.pdf': 1 }, 'line 6'],
    ],
    problems: [],
  })
  expect(told(readCsvQuestions('Wie, bitte?;a.pdf;4')).questions).toEqual([['Wie, bitte?', { 'a.pdf': 4 }, 'line 1']])
  expect(told(readCsvQuestions('What, now?\ta.pdf\t2')).questions).toEqual([['What, now?', { 'a.pdf': 2 }, 'line 1']])
})

test('what is wrong in a CSV file is told by its line, all of it', () => {
  const csv = 'fine,a\n,a\nno documents,\nbad grade,a,many\nzero,a,0\ntoo,many,1,columns\n"x",a,1'
  expect(told(readCsvQuestions(csv)).problems).toEqual([
    'line 2 has no question',
    'line 3 names no expected document',
    'line 4 has a grade that is no whole number from 1 to 10',
    'line 5 has a grade that is no whole number from 1 to 10',
    'line 6 has more than three columns',
  ])
})

test('JSON is read as a list or under `questions`, with documents as texts or with grades', () => {
  const questions = [{ question: ' Who? ', expected: ['a', { document: 'b', grade: 3 }] }]
  const expected = { questions: [['Who?', { a: 1, b: 3 }, 'questions.0']], problems: [] }
  expect(told(readJsonQuestions(questions))).toEqual(expected as never)
  expect(told(readJsonQuestions({ questions }))).toEqual(expected as never)
})

test('what is wrong in JSON is told by its place', () => {
  const given = [
    { question: 'a' },
    5,
    { question: 'b', expected: [{ grade: 2 }] },
    { question: 'c', expected: [{ document: 'x', grade: '2' }] },
  ]
  expect(told(readJsonQuestions(given)).problems.map((problem) => problem.split(' ')[0])).toEqual([
    'questions.0',
    'questions.1',
    'questions.2',
    'questions.3',
  ])
  expect(told(readJsonQuestions({})).problems).toEqual(['questions has to be a list'])
})

test('neither nothing nor too much is a set of questions', () => {
  expect(told(readCsvQuestions('question,documents\n')).problems).toEqual(['questions holds no question'])
  const many = Array.from({ length: QUESTIONS_MAX + 1 }, (_, number) => `q${number},a`).join('\n')
  expect(told(readCsvQuestions(many)).problems).toEqual(['questions holds more than 2000 questions'])
})

test('any text is read without an error and in time linear in its length', () => {
  for (const text of [
    '"',
    '"a',
    'a"b,c',
    ',,,',
    '\n\n',
    '""',
    '"a""',
    `"${'x'.repeat(200_000)}`,
    '",'.repeat(50_000),
  ]) {
    expect(readCsvQuestions(text).problems.length).toBeGreaterThanOrEqual(0)
  }
})
