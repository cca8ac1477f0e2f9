import { iteration, iterationEnd, iterationStart, question } from '../../services/workflow/test/build-container.ts'
import {
  end,
  type FlowJson,
  flow,
  message,
  model,
  node,
  output,
  ref,
  start,
} from '../../services/workflow/test/build-flow.ts'
import { receipt } from './effects-server.ts'
import { modelAnswer } from './model-server.ts'

/** Addresses that flows call, and the ids of flows that were published before. */
export interface Surroundings {
  modelUrl: string
  effectsUrl: string
  flowId(name: string): string
}

/** What a run of a flow must come to, whatever was killed meanwhile. `q` is its only parameter, unlike that of any other run. */
export interface Expected {
  text: string
  effects: string[]
}

export interface ChaosFlow {
  name: string
  /** Its share among the runs. */
  weight: number
  define(surroundings: Surroundings): FlowJson
  expect(q: string): Expected
}

/** The answer to a question: questions are the text `q` or an item of it. */
export const replyTo = (asked: string): string => `re:${asked}`

const Q = ref('node-start::s', 'q')
const START = 'node-start::s'
const END = 'node-end::e'
const ITEMS = [0, 1, 2]
const LIST = { type: 'array', items: { type: 'string' } }
const ASKING = { timeout: 600, source: 'openai', model: 'm', domain: 'm' }

const chain = (...ids: string[]): [string, string][] => ids.slice(1).map((id, index) => [ids[index] ?? '', id])

const effect = (url: string, inputs: Record<string, unknown>, template: string) =>
  node('http-request::w', {
    inputs,
    outputs: [output('body')],
    param: { method: 'POST', url, body: { type: 'json', content: `{"effect":"${template}"}` }, failOnStatus: true },
  })

const code = (
  id: string,
  inputs: Record<string, unknown>,
  program: { language: string; source: string; outputs?: object[] },
) =>
  node(`ifly-code::${id}`, {
    inputs,
    outputs: (program.outputs as Record<string, unknown>[] | undefined) ?? [output('text')],
    param: { codeLanguage: program.language, code: program.source },
  })

const listing = (language: 'python' | 'javascript') =>
  code(
    'list',
    { q: Q },
    {
      language,
      source:
        language === 'python'
          ? `def main(q):\n    return {"items": [f"{q}-{i}" for i in range(${ITEMS.length})]}`
          : `const main = ({ q }) => ({ items: [${ITEMS.join()}].map((i) => q + "-" + i) })`,
      outputs: [output('items', LIST)],
    },
  )

const joining = (name: string) =>
  code(
    'join',
    { parts: ref('iteration::i', name) },
    {
      language: 'javascript',
      source: 'const main = ({ parts }) => ({ text: parts.join(" ") })',
    },
  )

const modelled: ChaosFlow = {
  name: 'model',
  weight: 20,
  define: ({ modelUrl }) =>
    flow(
      [start('q'), model('m', modelUrl), end({ a: ref('spark-llm::m', 'output') }, '{{a}}')],
      chain(START, 'spark-llm::m', END),
    ),
  expect: (q) => ({ text: modelAnswer(q), effects: [] }),
}

const tool: ChaosFlow = {
  name: 'code and tool',
  weight: 15,
  define: ({ effectsUrl }) =>
    flow(
      [
        start('q'),
        code('c', { q: Q }, { language: 'javascript', source: 'const main = ({ q }) => ({ text: q + "/js" })' }),
        effect(effectsUrl, { c: ref('ifly-code::c', 'text') }, '{{c}}'),
        end({ r: ref('http-request::w', 'body') }, '{{r}}'),
      ],
      chain(START, 'ifly-code::c', 'http-request::w', END),
    ),
  expect: (q) => ({ text: receipt(`${q}/js`), effects: [`${q}/js`] }),
}

const parallel: ChaosFlow = {
  name: 'parallel iteration over tools',
  weight: 12,
  define: ({ effectsUrl }) =>
    flow(
      [
        start('q'),
        listing('python'),
        iteration('i', ref('ifly-code::list', 'items'), { param: { parallelism: ITEMS.length } }),
        iterationStart('i'),
        effect(effectsUrl, { x: ref('iteration-node-start::i', 'items') }, '{{x}}'),
        iterationEnd('i', { output: ref('http-request::w', 'body') }),
        joining('output'),
        end({ t: ref('ifly-code::join', 'text') }, '{{t}}'),
      ],
      [
        ...chain(START, 'ifly-code::list', 'iteration::i', 'ifly-code::join', END),
        ...chain('iteration-node-start::i', 'http-request::w', 'iteration-node-end::i'),
      ],
    ),
  expect: (q) => ({
    text: ITEMS.map((item) => receipt(`${q}-${item}`)).join(' '),
    effects: ITEMS.map((item) => `${q}-${item}`),
  }),
}

const subFlow = (id: string, flowId: string, q: unknown) =>
  node(`flow::${id}`, { inputs: { q }, outputs: [output('content')], param: { flowId } })

const nested: ChaosFlow = {
  name: 'sub-flow, then tool',
  weight: 15,
  define: ({ effectsUrl, flowId }) =>
    flow(
      [
        start('q'),
        subFlow('f', flowId(modelled.name), Q),
        effect(effectsUrl, { q: Q }, '{{q}}/n'),
        end({ t: ref('flow::f', 'content'), r: ref('http-request::w', 'body') }, '{{t}}{{r}}'),
      ],
      chain(START, 'flow::f', 'http-request::w', END),
    ),
  expect: (q) => ({ text: modelAnswer(q) + receipt(`${q}/n`), effects: [`${q}/n`] }),
}

const asking: ChaosFlow = {
  name: 'question, then tool',
  weight: 15,
  define: ({ effectsUrl }) =>
    flow(
      [
        start('q'),
        message('m', { q: Q }, '{{q}} asks. '),
        question('a', '{{q}}', { inputs: { q: Q }, param: ASKING }),
        effect(effectsUrl, { c: ref('question-answer::a', 'content'), q: Q }, '{{q}}/{{c}}'),
        end({ r: ref('http-request::w', 'body') }, '{{r}}'),
      ],
      chain(START, 'message::m', 'question-answer::a', 'http-request::w', END),
    ),
  expect: (q) => ({ text: `${q} asks. ${receipt(`${q}/${replyTo(q)}`)}`, effects: [`${q}/${replyTo(q)}`] }),
}

const askingEach: ChaosFlow = {
  name: 'questions at once in an iteration',
  weight: 8,
  define: () =>
    flow(
      [
        start('q'),
        listing('javascript'),
        iteration('i', ref('ifly-code::list', 'items'), { param: { parallelism: ITEMS.length } }),
        iterationStart('i'),
        question('a', '{{x}}', { inputs: { x: ref('iteration-node-start::i', 'items') }, param: ASKING }),
        iterationEnd('i', { output: ref('question-answer::a', 'content') }),
        joining('output'),
        end({ t: ref('ifly-code::join', 'text') }, '{{t}}'),
      ],
      [
        ...chain(START, 'ifly-code::list', 'iteration::i', 'ifly-code::join', END),
        ...chain('iteration-node-start::i', 'question-answer::a', 'iteration-node-end::i'),
      ],
    ),
  expect: (q) => ({ text: ITEMS.map((item) => replyTo(`${q}-${item}`)).join(' '), effects: [] }),
}

const waiting = (seconds: number): ChaosFlow => ({
  name: `wait of ${seconds} s, then model`,
  weight: 4,
  define: ({ modelUrl }) =>
    flow(
      [
        start('q'),
        node('wait::w', { outputs: [output('at')], param: { seconds } }),
        model('m', modelUrl),
        end({ a: ref('spark-llm::m', 'output') }, '{{a}}'),
      ],
      chain(START, 'wait::w', 'spark-llm::m', END),
    ),
  expect: (q) => ({ text: modelAnswer(q), effects: [] }),
})

const everything: ChaosFlow = {
  name: 'iteration of sub-flows, question, model, tool',
  weight: 8,
  define: ({ modelUrl, effectsUrl, flowId }) =>
    flow(
      [
        start('q'),
        listing('python'),
        iteration('i', ref('ifly-code::list', 'items'), { param: { parallelism: 2 } }),
        iterationStart('i'),
        subFlow('f', flowId(tool.name), ref('iteration-node-start::i', 'items')),
        iterationEnd('i', { output: ref('flow::f', 'content') }),
        joining('output'),
        question('a', '{{q}}', { inputs: { q: Q }, param: ASKING }),
        model('m', modelUrl),
        effect(effectsUrl, { c: ref('question-answer::a', 'content'), q: Q }, '{{q}}/{{c}}'),
        end(
          {
            t: ref('ifly-code::join', 'text'),
            a: ref('spark-llm::m', 'output'),
            r: ref('http-request::w', 'body'),
          },
          '{{t}} {{a}}{{r}}',
        ),
      ],
      [
        ...chain(
          START,
          'ifly-code::list',
          'iteration::i',
          'ifly-code::join',
          'question-answer::a',
          'spark-llm::m',
          'http-request::w',
          END,
        ),
        ...chain('iteration-node-start::i', 'flow::f', 'iteration-node-end::i'),
      ],
    ),
  expect: (q) => {
    const inner = ITEMS.map((item) => tool.expect(`${q}-${item}`))
    const last = `${q}/${replyTo(q)}`
    return {
      text: `${inner.map(({ text }) => text).join(' ')} ${modelAnswer(q)}${receipt(last)}`,
      effects: [...inner.flatMap(({ effects }) => effects), last],
    }
  },
}

/** In the order in which they must be published: sub-flows first. */
export const CHAOS_FLOWS: readonly ChaosFlow[] = [
  modelled,
  tool,
  parallel,
  nested,
  asking,
  askingEach,
  ...[1, 2, 3].map(waiting),
  everything,
]
