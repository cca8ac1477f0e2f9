import type { NodeResumed, RunStarted } from '../../engine/run-events.ts'
import type { CompactFrame } from './expand-frames.ts'
import type { CompactProtocol } from './expand-protocol.ts'
import type { ServiceScript } from './scripted-services.ts'

/** One file of the suite: a protocol, what the services around it answer, and the frames that the contract asks for. */
export interface ConformanceCase {
  title: string
  /** The rule of the wire's contract that the case holds us to. */
  why: string
  protocol: CompactProtocol
  services?: ServiceScript
  /** The code that compiling is refused with; such a case has no runs. */
  refused?: number
  runs?: CaseRun[]
  /** At how many places a run is cut at most; fewer for cases that start processes. */
  cutsMax?: number
}

export interface CaseRun {
  mode: RunStarted['mode']
  parameters: Record<string, unknown>
  history?: RunStarted['history']
  /** False: the frames are gathered into one object, as for requests with `stream: false`. */
  stream?: false
  /** What the run's caller sees until the run ends or asks. */
  frames?: CompactFrame[]
  /** The code that the parameters are refused with before anything runs; such a run has no frames. */
  refused?: number
  /** Replies to its questions, in this order, each with the frames that its request gets. */
  answers?: CaseAnswer[]
  /** What each service was asked, call by call; only what is written is compared. */
  asked?: Partial<Record<keyof ServiceScript, unknown[]>>
}

export interface CaseAnswer {
  /** Id of the node that is answered, where several wait; by default the first that asked. */
  to?: string
  kind: NodeResumed['reply']['kind']
  content?: string
  frames: CompactFrame[]
}

/** Cases of this group start programs in the sandbox. */
export const PROGRAMS_GROUP = 'programs'

export interface NamedCase {
  /** `<group>/<case>`. */
  name: string
  group: string
  case: ConformanceCase
}

/** All cases, ordered by name. */
export const readCases = async (): Promise<NamedCase[]> => {
  const paths = await Array.fromAsync(new Bun.Glob('*/*.json').scan({ cwd: import.meta.dir }))
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      name: path.replace(/\.json$/, ''),
      group: path.split('/')[0] ?? '',
      case: (await Bun.file(new URL(path, import.meta.url)).json()) as ConformanceCase,
    })),
  )
}
