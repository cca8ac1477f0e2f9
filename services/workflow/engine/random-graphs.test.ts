import { expect, test } from 'bun:test'
import type { Plan } from '../definition/plan.ts'
import { compile, type EdgeParts, flow, message, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../test/run-in-memory.ts'
import { scriptedKind } from '../test/scripted-kind.ts'
import type { TaskBehaviour } from './node-execution.ts'
import type { RunEvent } from './run-events.ts'

const FLOWS = 120
const CRASHES = 3

/** Small and repeatable. */
const createRandom = (seed: number) => () => {
  seed = (seed * 1664525 + 1013904223) % 2 ** 32
  return seed / 2 ** 32
}

interface RandomFlow {
  plan: Plan
  ids: string[]
  edges: EdgeParts[]
  /** What each branch node chooses. */
  choices: Map<string, string>
}

/** Tasks (some take a turn of the event loop, some stream), branches with two handles, and messages that read an earlier task. */
const buildRandomFlow = (random: () => number): RandomFlow => {
  const size = 4 + Math.floor(random() * 10)
  const ids = ['node-start::s']
  const nodes = [start()]
  const choices = new Map<string, string>()
  const tasks: string[] = []
  for (let index = 1; index < size; index += 1) {
    const roll = random()
    if (roll < 0.35 && tasks.length > 0) {
      const source = tasks[Math.floor(random() * tasks.length)] ?? ''
      ids.push(`message::m${index}`)
      nodes.push(message(`m${index}`, { x: ref(source, 'output') }, `<m${index} {{x}}>`))
    } else if (roll < 0.6) {
      ids.push(`chooser::c${index}`)
      nodes.push(node(`chooser::c${index}`))
      choices.set(`chooser::c${index}`, random() < 0.5 ? 'one' : 'two')
    } else {
      ids.push(`scripted::t${index}`)
      nodes.push(node(`scripted::t${index}`, { outputs: [output('output')] }))
      tasks.push(`scripted::t${index}`)
    }
  }
  const edges = ids.slice(1).flatMap((target, offset): EdgeParts[] => {
    const earlier = ids.slice(0, offset + 1)
    const sources = earlier.filter(() => random() < 0.3)
    return [...new Set(sources.length > 0 ? sources : [earlier[Math.floor(random() * earlier.length)] ?? ''])].map(
      (source) => [source, target, choices.has(source) ? (random() < 0.5 ? 'one' : 'two') : ''],
    )
  })
  const executeTask: TaskBehaviour['execute'] = async ({ idempotencyKey, delivered, token }) => {
    const text = idempotencyKey.split('::')[1] ?? ''
    for (let at = delivered.text.length; at < text.length; at += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      token({ text: text[at] ?? '', reasoning: '' })
    }
    return { variables: { output: text } }
  }
  const chooserKind = scriptedKind(
    {},
    {
      branches: true,
      streams: {},
      execute: ({ idempotencyKey }) => ({ variables: {}, handle: choices.get(idempotencyKey.slice(2)) ?? '' }),
    },
  )
  const scripts = Object.fromEntries(
    tasks.filter(() => random() < 0.6).map((id) => [id.slice('scripted::'.length), executeTask]),
  )
  const plan = compile(flow(nodes, edges), scriptedKind(scripts), { ...chooserKind, type: 'chooser' })
  return { plan, ids, edges, choices }
}

/** The definition: a node runs when one of its edges was followed by a node that ran. Ids are in topological order. */
const nodesThatRun = ({ ids, edges, choices }: RandomFlow): Set<string> => {
  const ran = new Set(['node-start::s'])
  for (const id of ids.slice(1)) {
    const isFollowed = edges.some(([source, target, handle]) => {
      const choice = choices.get(source)
      return target === id && ran.has(source) && (choice === undefined || choice === handle)
    })
    if (isFollowed) ran.add(id)
  }
  return ran
}

/** Text of each message, in the order in which the messages were shown. Fails when two of them mix. */
const readMessages = (events: readonly RunEvent[]): Map<string, string> => {
  const texts = new Map<string, string>()
  let open: string | undefined
  for (const event of events) {
    if (!('nodeId' in event) || !event.nodeId.startsWith('message::')) continue
    if (event.type === 'node-started') {
      expect(open).toBeUndefined()
      open = event.nodeId
    }
    expect(event.nodeId).toBe(open ?? '')
    if ('content' in event) texts.set(event.nodeId, (texts.get(event.nodeId) ?? '') + event.content)
    if (event.type === 'node-completed') open = undefined
  }
  return texts
}

/** Every message comes after the messages that lead to it. */
const expectOrder = (texts: Map<string, string>, { ids, edges }: RandomFlow, ran: Set<string>) => {
  const shown = [...texts.keys()]
  const before = new Map<string, Set<string>>()
  for (const id of ids) {
    const sources = edges.filter(([source, target]) => target === id && ran.has(source)).map(([source]) => source)
    before.set(id, new Set(sources.flatMap((source) => [source, ...(before.get(source) ?? [])])))
  }
  for (const [at, id] of shown.entries()) {
    for (const earlier of before.get(id) ?? []) {
      if (earlier.startsWith('message::')) expect(shown.indexOf(earlier)).toBeLessThan(at)
    }
  }
}

const begin = startEvent({ q: 'hi' })

test('random flows run exactly the nodes that the definition says, in an allowed order', async () => {
  for (let seed = 1; seed <= FLOWS; seed += 1) {
    const random = buildRandomFlow(createRandom(seed))
    const events = await runInMemory({ plan: random.plan, start: begin })
    const ran = nodesThatRun(random)
    const completed = events.flatMap((event) => (event.type === 'node-completed' ? [event.nodeId] : []))
    expect(completed.toSorted()).toEqual([...ran].toSorted())
    expect(events.at(-1)?.type).toBe('run-completed')
    const texts = readMessages(events)
    expect([...texts.keys()].toSorted()).toEqual([...ran].filter((id) => id.startsWith('message::')).toSorted())
    expectOrder(texts, random, ran)
  }
})

test('random flows that are killed at random events end with the same texts', async () => {
  for (let seed = 1; seed <= FLOWS; seed += 1) {
    const random = createRandom(seed)
    const randomFlow = buildRandomFlow(random)
    const { plan } = randomFlow
    const whole = await runInMemory({ plan, start: begin })
    let events: RunEvent[] = whole
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const past = events.slice(0, Math.floor(random() * (events.length + 1)))
      events = [...past, ...(await runInMemory({ plan, start: begin, past, services: testServices() }))]
      const completed = events.flatMap((event) => (event.type === 'node-completed' ? [event.nodeId] : []))
      expect(completed.toSorted()).toEqual([...nodesThatRun(randomFlow)].toSorted())
      const texts = readMessages(events)
      expect(Object.fromEntries(texts)).toEqual(Object.fromEntries(readMessages(whole)))
      expectOrder(texts, randomFlow, nodesThatRun(randomFlow))
    }
  }
})
