import { expect, test } from 'bun:test'
import { OutgoingBytes, WAITING_BYTES_MAX } from './outgoing-bytes.ts'

/** A socket whose kernel has room for so many bytes. */
const socketWithRoom = (room: number) => {
  const taken: Buffer[] = []
  const socket = {
    room,
    write(bytes: Uint8Array, offset = 0, length = bytes.length - offset) {
      const count = Math.min(length, socket.room)
      socket.room -= count
      taken.push(Buffer.from(bytes.subarray(offset, offset + count)))
      return count
    },
    text: () => Buffer.concat(taken).toString('latin1'),
  }
  return socket
}

test('what does not fit waits, in order, until there is room', () => {
  const socket = socketWithRoom(10)
  const out = new OutgoingBytes(socket)
  expect(out.writeHead('head:', Buffer.from('body-that-is-long'))).toBe(true)
  expect(out.write(Buffer.from('|next'))).toBe(true)
  expect([socket.text(), out.isBlocked, out.blockedSinceMs > 0]).toEqual(['head:body-', true, true])
  socket.room = 3
  expect(out.drain()).toBe(false)
  socket.room = 100
  expect(out.drain()).toBe(true)
  expect([socket.text(), out.isBlocked, out.blockedSinceMs]).toEqual(['head:body-that-is-long|next', false, 0])
})

test('a producer is stopped when more waits than a page, and goes on when nothing waits', () => {
  const socket = socketWithRoom(0)
  const out = new OutgoingBytes(socket)
  const page = Buffer.alloc(WAITING_BYTES_MAX / 2)
  expect([out.write(page), out.write(page), out.write(Buffer.alloc(1))]).toEqual([true, true, false])
  socket.room = WAITING_BYTES_MAX
  expect(out.drain()).toBe(false)
  socket.room = 1
  expect(out.drain()).toBe(true)
  socket.room = 0
  expect(out.write(page)).toBe(true)
})

test('a head and a body too large for one write go out in two', () => {
  const socket = socketWithRoom(1_000_000)
  const out = new OutgoingBytes(socket)
  expect(out.writeHead('head:', Buffer.alloc(100_000, 120))).toBe(true)
  expect(socket.text()).toBe(`head:${'x'.repeat(100_000)}`)
})

test('a socket that is closed takes everything, since its owner hears of it elsewhere', () => {
  const out = new OutgoingBytes({ write: () => -1 })
  expect(out.write(Buffer.from('x'))).toBe(true)
  expect(out.isBlocked).toBe(false)
})
