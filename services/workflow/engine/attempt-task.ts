import type { RetryPolicy } from '../definition/retry-policy.ts'
import { NodeError } from './node-error.ts'
import type { NodeExecution, NodeResult, NodeWait, TaskBehaviour } from './node-execution.ts'

export interface TaskAttempts<Accepted> {
  task: TaskBehaviour
  policy: RetryPolicy | undefined
  execution: NodeExecution
  /** Checks a result; what it throws fails the attempt. */
  accept: (result: NodeResult | NodeWait) => Accepted
}

/**
 * Executes a task under its node's error handling: every failure is tried again at once, as often as the policy allows, but not after the first
 * token was delivered. Without error handling a synchronous result comes back synchronously. Throws what the last attempt threw.
 */
export const attemptTask = <Accepted>(attempts: TaskAttempts<Accepted>): Accepted | Promise<Accepted> => {
  const { task, policy, execution, accept } = attempts
  if (policy) return attemptWithPolicy(attempts, policy)
  const result = task.execute(execution)
  return result instanceof Promise ? result.then(accept) : accept(result)
}

const attemptWithPolicy = async <Accepted>(
  { task, execution, accept }: TaskAttempts<Accepted>,
  policy: RetryPolicy,
): Promise<Accepted> => {
  let hasDelivered = execution.delivered.text !== '' || execution.delivered.reasoning !== ''
  const token: NodeExecution['token'] = (delivered) => {
    hasDelivered = true
    execution.token(delivered)
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      return accept(await attemptOnce(task, policy.timeoutMs, { ...execution, token }))
    } catch (error) {
      if (hasDelivered || attempt >= policy.retriesMax || execution.signal.aborted) throw error
    }
  }
}

const attemptOnce = async (
  task: TaskBehaviour,
  timeoutMs: number,
  execution: NodeExecution,
): Promise<NodeResult | NodeWait> => {
  const cut = new AbortController()
  const signal = AbortSignal.any([execution.signal, cut.signal])
  const isGap = task.timeout.limits === 'gap'
  const limit = isGap ? `no token within ${timeoutMs} ms` : `not finished within ${timeoutMs} ms`
  const expire = () => cut.abort(new NodeError(task.timeout.result, limit))
  let timer = setTimeout(expire, timeoutMs)
  const token: NodeExecution['token'] = (delivered) => {
    if (cut.signal.aborted) return
    if (isGap) {
      clearTimeout(timer)
      timer = setTimeout(expire, timeoutMs)
    }
    execution.token(delivered)
  }
  try {
    return await Promise.race([task.execute({ ...execution, signal, token }), rejectOnAbort(signal)])
  } finally {
    clearTimeout(timer)
  }
}

/** A task that does not notice the abort must not hold its node. */
const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
