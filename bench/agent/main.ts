/** Prints what an agent's turn adds to its model: time to the first token, processor time of each further one. See README.md beside this file. */
import { cpuSince, readCpu, type Subject } from '../flow-http/subject.ts'
import { median } from '../journal/workload.ts'
import { quantile } from '../streams/time-requests.ts'
import { startHelperProcess } from './helper-process.ts'
import { type Asked, holdConversations } from './hold-conversations.ts'
import { startOrrerySubject } from './orrery-subject.ts'

const STREAMS = Number(process.env.BENCH_STREAMS ?? 100)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 12)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const TOKENS = Number(process.env.BENCH_TOKENS ?? 1_500)
/** Between two tokens of one answer. */
const TOKEN_MS = Number(process.env.BENCH_TOKEN_MS ?? 2)
const FIRST_TOKEN_MS = 200
const WARM_SECONDS = 8

const model = await startHelperProcess('paced-model-server.ts', [TOKENS, TOKEN_MS, FIRST_TOKEN_MS])
const relay = await startHelperProcess('relay-server.ts', [model.url])
const orrery = await startOrrerySubject(model.url)

interface Question {
  name: string
  asked: Asked
  of: Subject
}

const messages = [{ role: 'user', content: 'Tell me about the sea.' }]
const ofOrrery = (name: string, path: string, body: object): Question => ({
  name,
  asked: { url: orrery.url + path, headers: orrery.headers, body: JSON.stringify({ ...body, messages, stream: true }) },
  of: orrery,
})
const questions: Question[] = [
  {
    name: 'bare relay',
    asked: { url: `${relay.url}/chat`, headers: {}, body: JSON.stringify({ messages }) },
    of: { ...relay, name: 'relay', parts: async () => ({ relay: [relay.pid] }) },
  },
  ofOrrery('a turn, /agent/v1/chat/completions', '/agent/v1/chat/completions', { bot_id: orrery.botId }),
  ofOrrery('a turn, /v1/chat/completions', '/v1/chat/completions', { model: orrery.agentModel }),
  ofOrrery('the model, /v1/chat/completions', '/v1/chat/completions', { model: orrery.model }),
]

interface Round {
  addedMs: number[]
  tokens: number
  /** µs of processor time a token, by part. */
  cpuUs: Record<string, number>
}

const answerMs = FIRST_TOKEN_MS + TOKENS * TOKEN_MS
const load = (question: Question, seconds: number) =>
  holdConversations(question.asked, { streams: STREAMS, seconds, spreadMs: answerMs })

const measure = async (question: Question): Promise<Round> => {
  const before = await readCpu(question.of)
  const answers = await load(question, SECONDS)
  const used = await cpuSince(question.of, before)
  const cut = answers.filter((answer) => answer.tokens !== TOKENS).length
  if (cut > 0) throw new Error(`${question.name}: ${cut} answers of ${answers.length} did not hold ${TOKENS} tokens`)
  const tokens = answers.length * TOKENS
  const cpuUs = Object.fromEntries(Object.entries(used).map(([part, ms]) => [part, (ms * 1000) / tokens]))
  return { addedMs: answers.map(({ addedMs }) => addedMs), tokens, cpuUs }
}

const throughUs = ({ cpuUs }: Round) => (cpuUs.relay ?? 0) + (cpuUs.gateway ?? 0) + (cpuUs.worker ?? 0)

try {
  for (const question of questions) await load(question, WARM_SECONDS)
  const rounds = new Map<Question, Round[]>(questions.map((question) => [question, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const question of questions) rounds.get(question)?.push(await measure(question))
  }
  const peer = rounds.get(questions[0] as Question) ?? []
  console.log(
    `${STREAMS} answers at once, ${TOKENS} tokens each, one in ${TOKEN_MS} ms; ${ROUNDS} rounds of ${SECONDS} s`,
  )
  console.log(
    '| asked | added to the first token, p50 / p99 ms | processor µs a token, gateway and service | to the relay |',
  )
  console.log('|---|---|---|---|')
  for (const [question, measured] of rounds) {
    const added = measured.flatMap(({ addedMs }) => addedMs).sort((a, b) => a - b)
    const parts = Object.keys(measured[0]?.cpuUs ?? {}).map(
      (part) => `${part} ${median(measured.map(({ cpuUs }) => cpuUs[part] ?? 0)).toFixed(1)}`,
    )
    const ratio = median(measured.map((round, index) => throughUs(round) / throughUs(peer[index] as Round)))
    console.log(
      `| ${question.name} | ${quantile(added, 0.5).toFixed(1)} / **${quantile(added, 0.99).toFixed(1)}** | **${median(measured.map(throughUs)).toFixed(1)}** (${parts.join(', ')}) | ${ratio.toFixed(1)}x |`,
    )
  }
} finally {
  await Promise.all([orrery.stop(), model.stop(), relay.stop()])
}
