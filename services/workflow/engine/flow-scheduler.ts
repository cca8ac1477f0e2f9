import type { Plan, PlanNode } from '../definition/plan.ts'
import { validateParameters } from '../definition/validate-parameters.ts'
import { addUsage, NO_TOKENS } from './add-usage.ts'
import { attemptTask } from './attempt-task.ts'
import { type BranchChanges, createBranchState } from './branch-state.ts'
import { completedEvent, fallbackEvent } from './completed-event.ts'
import type { RunFlow } from './engine-contract.ts'
import type { FlowServices } from './flow-services.ts'
import { joinTokens, type RunPast } from './fold-past.ts'
import type { TaskBehaviour } from './node-execution.ts'
import { createNodeState, elapsedMs, type NodeState } from './node-state.ts'
import { resolveInputs, type VariablePool } from './resolve-inputs.ts'
import type { NodeCompleted, RunEvent } from './run-events.ts'
import { createRunShow } from './run-show.ts'
import { createRunWriter } from './run-writer.ts'
import { fallbackResult, toFailure } from './task-failure.ts'

type FlowRun = Parameters<RunFlow<Plan, FlowServices>>[0]

/**
 * One run of a plan. Nodes whose turn came wait in one queue and are worked off in order; a node that has its result at once costs no turn of
 * the event loop. Everything is decided by the plan and the events, so that an interrupted run repeats the same way.
 */
export class FlowScheduler {
  readonly #run: FlowRun
  readonly #past: RunPast
  readonly #end: { resolve: () => void; reject: (error: unknown) => void }
  readonly #nodes: NodeState[]
  readonly #pool: VariablePool = []
  readonly #branches
  readonly #writer
  readonly #queue: number[] = []
  readonly #stop = new AbortController()
  readonly #beganAt = performance.now()
  #isDraining = false
  #isOver = false
  #unfinished: number
  #usage = NO_TOKENS

  constructor(run: FlowRun, past: RunPast, end: { resolve: () => void; reject: (error: unknown) => void }) {
    this.#run = run
    this.#past = past
    this.#end = end
    this.#nodes = run.plan.nodes.map((node) => createNodeState(node, past.nodes[node.index]))
    this.#branches = createBranchState(run.plan)
    this.#writer = createRunWriter({ sink: run.sink, shown: past.shown, onFault: (error) => this.abandon(error) })
    this.#unfinished = run.plan.nodes.length
  }

  begin(): void {
    this.#attend(() => {
      const { failed } = this.#past
      const fault = validateParameters(this.#run.plan, this.#run.start.parameters)
      if (failed) this.#finish({ type: 'run-failed', code: failed.code, message: failed.message })
      else if (fault) this.#finish({ type: 'run-failed', code: fault.code, message: fault.message })
      else this.#queueReady(this.#run.plan.start)
    })
  }

  /** Ends without a final event: the run is to go on elsewhere. */
  abandon(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#writer.close()
    this.#stop.abort(reason)
    this.#end.reject(reason)
  }

  /** Every entry from outside: does something, then works off the queue. A fault of the engine or the sink ends the run here. */
  #attend(work: () => void): void {
    if (this.#isOver) return
    try {
      work()
      this.#drain()
    } catch (error) {
      this.abandon(error)
    }
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    for (let at = 0; at < this.#queue.length && !this.#isOver; at += 1) this.#visit(this.#queue[at] as number)
    this.#queue.length = 0
    this.#isDraining = false
    if (this.#unfinished === 0 && !this.#isOver) {
      this.#finish({
        type: 'run-completed',
        usage: this.#usage,
        executedMs: performance.now() - this.#beganAt,
      })
    }
  }

  /** Does what can be done for a node now: begins it, or lets it show more. */
  #visit(index: number): void {
    const { node, state } = this.#at(index)
    if (state.phase === 'waiting') {
      const mayBegin = state.isReady || (state.isWanted && state.gatesLeft === 0)
      if (mayBegin) this.#launch(node, state)
    } else if (state.phase === 'running' && state.show) {
      this.#advance(node, state)
    }
  }

  #launch(node: PlanNode, state: NodeState): void {
    state.phase = 'running'
    state.beganAt = performance.now()
    if (!state.past?.started) this.#writer.writeFor(node, { type: 'node-started', nodeId: node.id })
    for (const reader of node.earlyReaders) {
      this.#at(reader).state.isWanted = true
      this.#queue.push(reader)
    }
    if (this.#isOver) return
    if (node.behaviour.role === 'task') {
      this.#execute(node, state, node.behaviour)
      return
    }
    state.show = createRunShow({
      plan: this.#run.plan,
      node,
      pool: this.#pool,
      states: this.#nodes,
      show: (chunk) => {
        if (state.deltasToSkip > 0) state.deltasToSkip -= 1
        else
          this.#writer.writeFor(node, { type: 'node-delta', nodeId: node.id, ...chunk, executedMs: elapsedMs(state) })
      },
    })
    this.#advance(node, state)
  }

  #execute(node: PlanNode, state: NodeState, task: TaskBehaviour): void {
    const recorded = state.past?.completed
    if (recorded) {
      this.#settle(node, state, recorded)
      return
    }
    if (state.tokens.length > 0) this.#beginStream(node, state)
    const accepted = this.#try(node, state, () => this.#attempt(node, state, task))
    if (accepted instanceof Promise) {
      accepted.then(
        (event) => this.#attend(() => this.#complete(node, state, event)),
        (error) => this.#attend(() => this.#failTask(node, state, error)),
      )
    } else if (accepted) {
      this.#complete(node, state, accepted)
    }
  }

  #try<Result>(node: PlanNode, state: NodeState, work: () => Result): Result | undefined {
    try {
      return work()
    } catch (error) {
      this.#failTask(node, state, error)
      return undefined
    }
  }

  #attempt(node: PlanNode, state: NodeState, task: TaskBehaviour): NodeCompleted | Promise<NodeCompleted> {
    const inputs = resolveInputs(this.#run.plan, node, this.#pool)
    state.inputs = inputs
    const delivered = joinTokens(state.past)
    const begin = () =>
      attemptTask({
        task,
        policy: node.retry,
        execution: {
          inputs,
          run: this.#run.start,
          services: this.#run.services,
          idempotencyKey: `${this.#run.runId}:${node.id}`,
          delivered,
          signal: this.#stop.signal,
          token: (token) => this.#attend(() => this.#takeToken(node, state, token)),
        },
        accept: (result) => completedEvent(node, state, result),
      })
    if (task.effect !== 'external') return begin()
    return this.#run.sink.durable().then(begin, (error) => {
      this.abandon(error)
      throw error
    })
  }

  #takeToken(node: PlanNode, state: NodeState, token: { text: string; reasoning: string }): void {
    // A task may go on talking after its attempt was given up.
    if (state.phase !== 'running') return
    state.tokens.push(token)
    this.#writer.writeFor(node, {
      type: 'model-delta',
      nodeId: node.id,
      content: token.text,
      reasoning: token.reasoning,
    })
    this.#beginStream(node, state)
    this.#queue.push(...node.readers)
  }

  /** From its first token on a node can only succeed or fail the run, so its exception branch is closed. */
  #beginStream(node: PlanNode, state: NodeState): void {
    if (state.tokens.length > 1 && state.isDecided) return
    this.#apply(this.#branches.begin(node))
    this.#decide(node, state)
  }

  #complete(node: PlanNode, state: NodeState, event: NodeCompleted): void {
    this.#writer.writeFor(node, event)
    const isPaid = node.behaviour.role === 'task' && node.behaviour.effect !== 'none'
    if (!isPaid) {
      this.#settle(node, state, event)
      return
    }
    this.#run.sink.durable().then(
      () => this.#attend(() => this.#settle(node, state, event)),
      (error) => this.abandon(error),
    )
  }

  #failTask(node: PlanNode, state: NodeState, error: unknown): void {
    const failure = toFailure(error, node.behaviour.failure)
    const fallback = state.tokens.length === 0 ? fallbackResult(node, failure) : undefined
    if (!fallback) {
      this.#fail(node, state, failure)
      return
    }
    this.#complete(node, state, fallbackEvent(node, state, fallback))
  }

  #fail(node: PlanNode, state: NodeState, failure: { code: number; message: string }): void {
    this.#writer.write({ type: 'node-failed', nodeId: node.id, ...failure, executedMs: elapsedMs(state) })
    this.#finish({ type: 'run-failed', ...failure })
  }

  /** An output node shows what it can; when everything before it ended too, it ends. */
  #advance(node: PlanNode, state: NodeState): void {
    try {
      const shown = state.show?.advance(state.isReady)
      if (!shown || node.behaviour.role !== 'output') return
      const recorded = state.past?.completed
      if (!recorded) {
        state.inputs = resolveInputs(this.#run.plan, node, this.#pool)
        const result = node.behaviour.finish(state.inputs, shown)
        this.#writer.writeFor(node, completedEvent(node, state, result))
      }
      this.#settle(node, state, { variables: {} })
    } catch (error) {
      this.#fail(node, state, toFailure(error, node.behaviour.failure))
    }
  }

  #settle(
    node: PlanNode,
    state: NodeState,
    event: Pick<NodeCompleted, 'variables' | 'usage' | 'handle' | 'failed'>,
  ): void {
    state.phase = 'settled'
    this.#unfinished -= 1
    this.#pool[node.index] = event.variables
    this.#usage = addUsage(this.#usage, event.usage)
    this.#apply(this.#branches.settle(node, event))
    this.#decide(node, state)
    this.#queue.push(...node.readers)
  }

  #apply(changes: BranchChanges): void {
    for (const index of changes.ready) this.#queueReady(index)
    for (const index of changes.skipped) {
      const { node, state } = this.#at(index)
      state.phase = 'skipped'
      this.#unfinished -= 1
      this.#decide(node, state)
      this.#queue.push(...node.readers)
    }
  }

  /** What the node does to later output nodes is known now: one gate less for each of them. */
  #decide(node: PlanNode, state: NodeState): void {
    if (state.isDecided) return
    state.isDecided = true
    for (const index of node.gateOf) {
      this.#at(index).state.gatesLeft -= 1
      this.#queue.push(index)
    }
  }

  #queueReady(index: number): void {
    this.#at(index).state.isReady = true
    this.#queue.push(index)
  }

  #at(index: number): { node: PlanNode; state: NodeState } {
    return { node: this.#run.plan.nodes[index] as PlanNode, state: this.#nodes[index] as NodeState }
  }

  #finish(event: RunEvent): void {
    this.#writer.write(event)
    if (this.#isOver) return
    this.#isOver = true
    this.#writer.close()
    this.#stop.abort()
    this.#end.resolve()
  }
}
