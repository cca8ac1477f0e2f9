/** A section of the sample handbook. The PDF in deploy/samples and the starter base are made from the same text. */
export interface HandbookSection {
  title: string
  paragraphs: string[]
}

export const HANDBOOK_NAME = 'Orrery handbook'

export const HANDBOOK: HandbookSection[] = [
  {
    title: 'What Orrery is',
    paragraphs: [
      'Orrery is a platform for AI agents that you host yourself. It runs agents, workflows and knowledge bases in one small tree of processes on one machine, and it speaks the wire protocol of the astron agent platform, so that flows and clients made for it keep working.',
      'An orrery is a clockwork model of the planets: many small parts that move together because each one is well made.',
    ],
  },
  {
    title: 'The four promises',
    paragraphs: [
      'Four promises decide every trade-off, in this order. First, nothing is lost: any process may be killed at any moment, and every acknowledged write survives and every run continues. Second, it just starts: no external server, no account and no edited setting are needed.',
      'Third, it is fast enough to forget: the engine costs microseconds per node. Fourth, it explains itself: every error has a code, a cause and a remedy, and every run leaves a trace.',
    ],
  },
  {
    title: 'How to start',
    paragraphs: [
      'You need Node.js 20 or later with npm and nothing else. In a fresh clone, run "npm ci" and then "npm start". Orrery starts its own PostgreSQL in the data directory and prints its address when it is ready.',
      'To stop it, press Ctrl+C or send SIGTERM to the supervisor: requests in flight are finished first.',
    ],
  },
  {
    title: 'Address and ports',
    paragraphs: [
      'The gateway is the only process that listens on the network. Its address is 127.0.0.1 and its main port is 8080 unless HOST and PORT say otherwise. With ORRERY_SERVICE_PORTS=on it also listens on the ports that clients of the original services know, for example 7880 for workflows and 20010 for knowledge.',
    ],
  },
  {
    title: 'Keys and apps',
    paragraphs: [
      'At first start Orrery makes a root key, prints it once and keeps it in the file root-key of the data directory, which only its owner can read. Send it as "Authorization: Bearer <root key>" to call every route.',
      'An app is a tenant. It has credentials of its own, written "Authorization: Bearer <key>:<secret>", and with them it reaches its own flows, agents and knowledge bases and nothing else.',
    ],
  },
  {
    title: 'Flows and agents',
    paragraphs: [
      'A flow is a graph of nodes that run as soon as their inputs are there. Three starter flows are published for the app "starter": an echo, one that answers questions with this handbook, and one that branches.',
      'An agent talks to a language model and may use tools. The rehearsal model answers by simple rules without any network, so that every starter can be tried offline; choose a real model by adding a model row.',
    ],
  },
  {
    title: 'Knowledge bases',
    paragraphs: [
      'Upload text, Markdown, HTML or PDF files to a base and ask it questions. A document becomes searchable as a whole when its state is ready, and every hit names its document and page.',
      'Search ranks by BM25 over words, word pairs and four-letter pieces, needs no language model, and finds Chinese text as well as English.',
    ],
  },
  {
    title: 'Backups',
    paragraphs: [
      'Everything that must survive lies in the data directory, which is named by ORRERY_DATA: the database, uploaded files, search indexes and keys. To back up your data, stop Orrery and copy the whole data directory; to restore the backup, put the copy in its place and start.',
      'Search indexes are derived from the database. If an index file is lost or damaged, it is rebuilt at the next question.',
    ],
  },
  {
    title: 'When something is wrong',
    paragraphs: [
      'Run "npm run orrery status" to see every pool and process, and ask /health/ready for the reasons when the system is not ready. Error answers carry a code, a remedy and a traceId; look the traceId up in the logs.',
    ],
  },
]

/** The handbook as Markdown. */
export const handbookMarkdown = (): string =>
  [`# ${HANDBOOK_NAME}`, ...HANDBOOK.map(({ title, paragraphs }) => [`## ${title}`, ...paragraphs].join('\n\n'))].join(
    '\n\n',
  )
