/**
 * One life of one process:
 *
 * ```
 *               ready message          drain asked            exit 0
 *   starting ------------------> ready -----------> draining ----------> stopped
 *      |                           |                 ^    |
 *      |                3 beats    |                 |    | exit with another code or a signal
 *      |                missed     v    late beat    |    |
 *      +--------------------> unresponsive ----------+    |
 *      |                           |                      |
 *      +---------------------------+------> crashed <-----+    an exit that nobody asked for, whatever its code
 *                                              |
 *                                              +---------> failed    exit 78, or the same failure twice before ready
 * ```
 *
 * An unresponsive process was sent SIGTERM, which asks it to drain: when it wakes up in time it finishes what it has, but takes nothing new.
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
  },
  ready: {
    'drain-asked': 'draining',
    'heartbeats-missed': 'unresponsive',
    'exited-cleanly': 'crashed',
    'exited-badly': 'crashed',
  },
  unresponsive: {
    'heartbeat-came': 'draining',
    'exited-cleanly': 'crashed',
    'exited-badly': 'crashed',
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
