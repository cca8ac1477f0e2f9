import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { ChunkError, ChunkScanner, encodeChunk, LAST_CHUNK, type ScannedChunks } from './chunk-scanner.ts'

const scanAll = (pieces: Uint8Array[]) => {
  const scanner = new ChunkScanner()
  const data: Uint8Array[] = []
  let rest = 0
  let done = false
  for (const piece of pieces) {
    const scanned: ScannedChunks = done ? { consumed: 0, done } : scanner.scan(piece, (part) => data.push(part))
    done = scanned.done
    rest += piece.length - scanned.consumed
  }
  return { data: Buffer.concat(data).toString('latin1'), rest, done }
}

const cut = (bytes: Buffer, random: () => number): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * 9)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

test('a body is found whole, however its bytes are cut, and nothing of what follows is taken', () => {
  const seed = Math.floor(Math.random() * 1e9)
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round += 1) {
    const parts = Array.from({ length: Math.floor(random() * 5) }, () =>
      Buffer.alloc(1 + Math.floor(random() * 40), Math.floor(random() * 256)),
    )
    const bytes = Buffer.concat([...parts.map(encodeChunk), LAST_CHUNK, Buffer.from('GET /')])
    const found = scanAll(cut(bytes, random))
    expect({ seed, ...found }).toEqual({ seed, data: Buffer.concat(parts).toString('latin1'), rest: 5, done: true })
  }
})

test('one changed byte of the framing never makes another body of it', () => {
  const random = seededRandom(7)
  const good = Buffer.concat([encodeChunk(Buffer.from('hello')), encodeChunk(Buffer.alloc(20, 120)), LAST_CHUNK])
  const wanted = scanAll([good]).data
  for (let round = 0; round < 3_000; round += 1) {
    const bytes = Buffer.from(good)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
    try {
      const { data, done, rest } = scanAll([bytes])
      // What is still taken for whole has the same length: only data or the case of a digit were changed.
      if (done && rest === 0) expect(data).toHaveLength(wanted.length)
    } catch (error) {
      expect(error).toBeInstanceOf(ChunkError)
    }
  }
})
