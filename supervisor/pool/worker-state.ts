/**
 * One life of one process:
 *
 * ```
 *                 ready message            drain asked             exit 0 after drain
 *   starting ----------------> ready ----------------> draining ----------------> stopped
 *      |  \                    |   ^  \                   |
 *      |   \ exit              |   |   \ exit             | exit with a code or signal
 *      |    +----------------> | --|----+-----------------+--------> crashed
 *      |       3 beats missed  v   | a heartbeat again                  ^
 *      |                   unresponsive --------------------------------+
 *      | exit 78, or the same failure twice before ready
 *      +-----------------------------------------------------------> failed
 * ```
 *
 * `stopped`, `crashed` and `failed` are ends of a life. After `crashed` the slot starts a new life; after `failed` it does not.
 */
export type WorkerState = 'starting' | 'ready' | 'draining' | 'unresponsive' | 'stopped' | 'crashed' | 'failed'

export type WorkerEvent =
  | 'became-ready'
  | 'drain-asked'
  | 'heartbeats-missed'
  | 'heartbeat-came'
  | 'exited-cleanly'
  | 'exited-badly'
  | 'failed-for-good'

const transitions: Record<WorkerState, Partial<Record<WorkerEvent, WorkerState>>> = {
  starting: {
    'became-ready': 'ready',
    'drain-asked': 'draining',
    'heartbeats-missed': 'unresponsive',
    'exited-cleanly': 'crashed',
    'exited-badly': 'crashed',
    'failed-for-good': 'failed',
  },
  ready: {
    'drain-asked': 'draining',
    'heartbeats-missed': 'unresponsive',
    'exited-cleanly': 'crashed',
    'exited-badly': 'crashed',
    'failed-for-good': 'failed',
  },
  unresponsive: {
    'heartbeat-came': 'ready',
    'drain-asked': 'draining',
    'exited-cleanly': 'crashed',
    'exited-badly': 'crashed',
    'failed-for-good': 'failed',
  },
  draining: {
    'exited-cleanly': 'stopped',
    'exited-badly': 'crashed',
  },
  stopped: {},
  crashed: { 'failed-for-good': 'failed' },
  failed: {},
}

/** The state after an event; the same state when the event means nothing in it. An exit that nobody asked for is a crash, whatever its code. */
export const nextState = (state: WorkerState, event: WorkerEvent): WorkerState => transitions[state][event] ?? state

/** True for the states in which requests may be sent to the process. */
export const takesRequests = (state: WorkerState): boolean => state === 'ready'

/** True once the process is gone. */
export const isOver = (state: WorkerState): boolean => state === 'stopped' || state === 'crashed' || state === 'failed'
