import { describe, expect, test } from 'bun:test'
import { createTurnFrames } from '../chat/turn-frames.ts'
import { aTurn } from '../test/a-turn.ts'
import { callDelta, finish, runLoop, scripted, text } from '../test/run-loop.ts'
import { toKnowledgeTool } from '../toolbox/knowledge-tool.ts'
import type { KnowledgeChunk } from './pinned-knowledge.ts'

const chunk = (name: string): KnowledgeChunk => ({
  docId: `doc-${name}`,
  chunkId: name,
  title: `T-${name}`,
  text: name,
})
const handbook = toKnowledgeTool({
  name: 'handbook',
  description: '',
  ragType: 'CBG-RAG',
  topN: 3,
  repoIds: ['r'],
  docIds: [],
  threshold: 0.3,
})
const answering = (answer: string) => scripted(() => [text(answer), finish()]).model

describe('which passages an answer rests on', () => {
  test('is told by the numbers that it names', async () => {
    const turn = aTurn({ knowledge: { chunks: [chunk('a'), chunk('b'), chunk('c')], cite: true } })
    const { events } = await runLoop({ model: answering('So it is [1][3], not [9].'), turn })
    expect(events.at(-1)).toMatchObject({
      citations: [
        { number: 1, docId: 'doc-a', chunkId: 'a', title: 'T-a', cited: true },
        { number: 2, cited: false },
        { number: 3, cited: true },
      ],
    })
  })

  test('says in which file and on which pages they stand, where that is known', async () => {
    const known = { ...chunk('a'), documentName: 'sky.pdf', page: 3, pageEnd: 4 }
    const turn = aTurn({ knowledge: { chunks: [known, chunk('b')], cite: true } })
    const { events } = await runLoop({ model: answering('[1]'), turn })
    const [first, second] = (events.at(-1) as { citations?: object[] }).citations ?? []
    expect(first).toMatchObject({ documentName: 'sky.pdf', page: 3, pageEnd: 4 })
    expect(Object.keys(second ?? {})).not.toContain('page')
    const contentsOf = createTurnFrames()
    const stop = [turn, ...events].flatMap((event) => contentsOf(event)).at(-1)
    expect(stop?.stop?.citations?.[0]).toMatchObject({ documentName: 'sky.pdf', page: 3 })
  })

  test('counts on through the searches that the model makes, in whatever order they end', async () => {
    const late = Promise.withResolvers<void>()
    const { model, requests } = scripted((_, asked) =>
      asked === 1
        ? [
            callDelta('search_handbook', '{"query":"x"}'),
            callDelta('search_handbook', '{"query":"y"}'),
            finish('tool-calls'),
          ]
        : [text('By [3].'), finish()],
    )
    const { events } = await runLoop({
      model,
      turn: aTurn({ tools: [handbook], knowledge: { chunks: [chunk('a')], cite: true } }),
      runTool: async (_, { query }) => {
        if (query === 'x') await late.promise
        else setTimeout(late.resolve)
        return { text: '', failed: false, chunks: [chunk(String(query))] }
      },
    })
    const tools = requests[1]?.messages.slice(-2).map(({ content }) => content)
    expect(tools).toEqual(['[3] T-x\nx', '[2] T-y\ny'])
    const finished = events.at(-1)
    const citations = finished?.type === 'finished' ? finished.citations : []
    expect(citations?.map(({ number, chunkId, cited }) => [number, chunkId, cited])).toEqual([
      [1, 'a', false],
      [2, 'y', false],
      [3, 'x', true],
    ])
  })

  test('is no question where there are none', async () => {
    const { events } = await runLoop({ model: answering('[1]'), turn: aTurn() })
    expect(events.at(-1)).not.toHaveProperty('citations')
  })
})

describe('a frame stays below what the wire’s known client can read', () => {
  const LINE_BYTES_MAX = 128 * 1024
  const frameOf = async (outcome: { text: string; response?: unknown; chunks?: KnowledgeChunk[] }) => {
    const turn = aTurn({ tools: [handbook] })
    const { model } = scripted((_, asked) =>
      asked === 1 ? [callDelta('search_handbook', '{"query":"x"}'), finish('tool-calls')] : [text('ok'), finish()],
    )
    const { events } = await runLoop({ model, turn, runTool: async () => ({ failed: false, ...outcome }) })
    const contentsOf = createTurnFrames()
    const call = [turn, ...events].flatMap((event) => contentsOf(event)).find(({ toolCall }) => toolCall)?.toolCall
    expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThan(LINE_BYTES_MAX - 1024)
    return JSON.parse(call?.function.response ?? '') as Record<string, unknown>
  }

  test('with texts that escaping makes eight times as long', async () => {
    const reply = await frameOf({
      text: 'x',
      response: { header: { code: 0 }, payload: { text: { text: '"\\'.repeat(200_000) } } },
    })
    expect(reply).toMatchObject({ header: { code: 0 }, payload: { text: { text: expect.stringMatching(/…$/) } } })
  })

  test('with many passages', async () => {
    const chunks = Array.from({ length: 50 }, (_, index) => ({ ...chunk(String(index)), text: '知'.repeat(10_000) }))
    const reply = await frameOf({ text: '', chunks })
    expect((reply.metadata_list as object[]).length).toBe(50)
  })

  test('with more small parts than fit', async () => {
    const reply = await frameOf({
      text: 'x',
      response: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n])),
    })
    expect(reply).toEqual({})
  })
})
