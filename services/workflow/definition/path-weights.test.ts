import { expect, test } from 'bun:test'
import { measureProgress, weighPaths } from './path-weights.ts'

/** The definition itself: every path from the start to a leaf, one by one. */
const enumeratePaths = (targets: number[][], path: number[] = [0]): number[][] => {
  const next = targets[path.at(-1) ?? 0] ?? []
  return next.length === 0 ? [path] : next.flatMap((target) => enumeratePaths(targets, [...path, target]))
}

const progressByPaths = (targets: number[][], isOpen: (s: number, t: number) => boolean, node: number): number => {
  const paths = enumeratePaths(targets)
  const total = paths.reduce((sum, path) => sum + path.length, 0)
  const done = paths.reduce((sum, path) => {
    const isActive = path.every((at, index) => index === 0 || isOpen(path[index - 1] ?? 0, at))
    return sum + (isActive ? Math.max(0, path.indexOf(node)) : path.length)
  }, 0)
  return done / total
}

/** Small and repeatable. */
const createRandom = (seed: number) => () => {
  seed = (seed * 1664525 + 1013904223) % 2 ** 32
  return seed / 2 ** 32
}

const randomTargets = (size: number, random: () => number): number[][] =>
  Array.from({ length: size }, (_, node) => {
    const later = Array.from({ length: size - node - 1 }, (__, offset) => node + 1 + offset)
    const chosen = later.filter(() => random() < 0.35)
    // Every node but the last leads somewhere near, so that all are reached.
    return node + 1 < size ? [...new Set([node + 1, ...chosen])] : []
  })

test('progress is what enumerating all paths would give, whatever edges are closed', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = createRandom(seed)
    const targets = randomTargets(3 + (seed % 7), random)
    const closed = new Set(
      targets.flatMap((list, node) => list.filter(() => random() < 0.25).map((t) => `${node}-${t}`)),
    )
    const isOpen = (source: number, target: number) => !closed.has(`${source}-${target}`)
    const progress = measureProgress(
      weighPaths(
        targets.map((_, node) => node),
        targets,
      ),
      isOpen,
    )
    for (const node of targets.keys()) {
      expect(progress[node]).toBeCloseTo(progressByPaths(targets, isOpen, node), 12)
    }
  }
})

test('two thousand diamonds in a row (2^2000 paths) are measured, and fast', () => {
  const diamonds = 2000
  const targets = Array.from({ length: diamonds * 3 + 1 }, (_, node) => {
    if (node === diamonds * 3) return []
    return node % 3 === 0 ? [node + 1, node + 2] : [node + 3 - (node % 3)]
  })
  const weights = weighPaths(
    targets.map((_, node) => node),
    targets,
  )
  const progress = measureProgress(weights, () => true)
  expect(progress[0]).toBe(0)
  expect(progress[diamonds * 3]).toBeCloseTo(1, 3)
  expect(progress[(diamonds / 2) * 3]).toBeCloseTo(0.5, 3)
  // Closing one arm of the first diamond settles half of all paths.
  const halved = measureProgress(weights, (source, target) => !(source === 0 && target === 1))
  expect(halved[0]).toBeCloseTo(0.5, 6)
})
