import type { ChunkPiece } from './chunk-piece.ts'

/** Pieces that were made part by part, in reading order. Those that begin at one place stay in the order they have. */
export const inOrder = (...parts: readonly (readonly ChunkPiece[])[]): ChunkPiece[] =>
  parts.flat().sort((a, b) => a.start - b.start)
