import { expect, test } from 'bun:test'
import { createEventCutter } from './event-cutter.ts'

const text = 'data: {"a":1}\n\ndata: two\nid: 7\n\nevent: x\ndata: 三\n\n'

test('however a stream is cut into chunks, whole events come out, in order and counted', () => {
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size <= bytes.length; size += 1) {
    const cutter = createEventCutter()
    let out = ''
    for (let at = 0; at < bytes.length; at += size) {
      const whole = new TextDecoder().decode(cutter.push(bytes.subarray(at, at + size)))
      expect(whole === '' || whole.endsWith('\n\n')).toBe(true)
      out += whole
    }
    expect({ out, count: cutter.count, border: cutter.atBorder() }).toEqual({ out: text, count: 3, border: true })
  }
})

test('half an event is held back, and forgotten when its sender died', () => {
  const cutter = createEventCutter()
  const push = (piece: string) => new TextDecoder().decode(cutter.push(new TextEncoder().encode(piece)))
  expect(push('data: 1\n\ndata: ha')).toBe('data: 1\n\n')
  expect(cutter.atBorder()).toBe(false)
  cutter.dropIncomplete()
  expect(push('data: 2\n\n')).toBe('data: 2\n\n')
  expect(cutter.count).toBe(2)
})

test('a comment is passed on whole and not counted, or the next worker would leave out an event that nobody has', () => {
  const bytes = new TextEncoder().encode(': alive\n\ndata: 1\n\n: alive\n: still\n\n: then\ndata: 2\n\n:\n\n')
  for (let size = 1; size <= bytes.length; size += 1) {
    const cutter = createEventCutter()
    let passed = 0
    for (let at = 0; at < bytes.length; at += size) passed += cutter.push(bytes.subarray(at, at + size)).length
    expect({ passed, count: cutter.count }).toEqual({ passed: bytes.length, count: 2 })
  }
})
