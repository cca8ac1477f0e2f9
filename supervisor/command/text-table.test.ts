import { expect, test } from 'bun:test'
import { renderBytes, renderDuration } from './human-units.ts'
import { renderTable } from './text-table.ts'

test('columns are as wide as their widest cell, numbers stand to the right', () => {
  expect(
    renderTable(
      ['POOL', 'PID'],
      [
        ['agent', 7],
        ['x', 4_711],
      ],
    ),
  ).toBe('POOL    PID\nagent     7\nx      4711\n')
})

test('bytes and times are written as people read them', () => {
  expect([187 * 1_048_576, 3.4 * 1_073_741_824].map(renderBytes)).toEqual(['187 MB', '3.4 GB'])
  expect([0, 45_900, 61_000, 3_600_000, 183_600_000].map(renderDuration)).toEqual([
    '0 s',
    '45 s',
    '1 min 1 s',
    '1 h',
    '2 d 3 h',
  ])
})
