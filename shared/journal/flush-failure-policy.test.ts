import { expect, test } from 'bun:test'
import { judgeFlushFailure } from './flush-failure-policy.ts'

test('our own states are told apart', () => {
  expect(['JR001', 'JR002', 'JR003', '23505'].map(judgeFlushFailure)).toEqual([
    'fenced',
    'stored',
    'runs-lost',
    'duplicate',
  ])
})

test('whatever passes is tried again: shutdown, start, full disk, deadlock, a dead socket, a late answer, no code at all', () => {
  const codes = ['57P01', '57P03', '53100', '40P01', '25006', '08006', 'EPIPE', 'ECONNRESET', 'CONNECTION_CLOSED']
  for (const code of [...codes, 'ANSWER_LATE', undefined])
    expect([code, judgeFlushFailure(code)]).toEqual([code, 'transient'])
})

test('a missing table, a forbidden write and a broken index do not pass', () => {
  expect(['42P01', '42501', 'XX002'].map(judgeFlushFailure)).toEqual(['refused', 'refused', 'refused'])
})
