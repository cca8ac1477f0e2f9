import type { PlanNode } from '../definition/plan.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import { addUsage, NO_TOKENS } from './add-usage.ts'
import { attemptTask } from './attempt-task.ts'
import { type BranchChanges, createBranchState } from './branch-state.ts'
import { completedEvent, fallbackEvent } from './completed-event.ts'
import { ContainerDriver } from './container-driver.ts'
import { joinTokens, orderKey, type Token } from './fold-past.ts'
import type { ContainerBehaviour, NodeWait, TaskBehaviour } from './node-execution.ts'
import { createNodeState, elapsedMs, type NodeState } from './node-state.ts'
import { isGiven, resolveInputs, type VariablePool } from './resolve-inputs.ts'
import type { NodeCompleted, NodeFailed, NodeWaiting, RunEvent } from './run-events.ts'
import type { QueuedScope } from './run-loop.ts'
import { createRunShow } from './run-show.ts'
import type { OpenWait } from './run-waits.ts'
import type { ScopeEnd, ScopeParts } from './scope-parts.ts'
import { ROOT_SCOPE } from './scope-path.ts'
import { fallbackResult, toFailure } from './task-failure.ts'
import { waitingEvent } from './waiting-event.ts'

type NodeEvent = Extract<RunEvent, { nodeId: string }>

/** The nodes of one scope of a run: which may begin, what they give, and what that sets free. */
export class ScopeScheduler implements QueuedScope {
  readonly #parts: ScopeParts
  readonly #nodes: NodeState[]
  readonly #pool: VariablePool
  readonly #branches
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  #unfinished: number
  #usage = NO_TOKENS
  readonly #ends: NodeCompleted[] = []
  #isClosed = false

  constructor(parts: ScopeParts) {
    const { plan, past, path, outer, loop } = parts
    this.#parts = parts
    for (const nodeId of past?.nodes.keys() ?? []) {
      if (!plan.indexById.has(nodeId)) throw new Error(`the run's plan has no node ${nodeId}`)
    }
    this.#nodes = plan.nodes.map((node) => createNodeState(node, past?.nodes.get(node.id)))
    this.#pool = { plan, values: [], outer }
    this.#branches = createBranchState(plan)
    this.#signal = path === ROOT_SCOPE ? loop.signal : AbortSignal.any([loop.signal, this.#stop.signal])
    this.#unfinished = plan.nodes.length
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  begin(): void {
    this.#queueReady(this.#parts.plan.start)
  }

  /** Gives the scope up: its tasks are cancelled, and nothing that comes from them counts. */
  close(reason: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const state of this.#nodes) {
      if (state.eventId !== undefined) this.#parts.loop.waits.remove(state.eventId)
      state.driver?.close(reason)
    }
    this.#stop.abort(reason)
  }

  visit(index: number): void {
    const { node, state } = this.#at(index)
    if (state.phase === 'waiting') {
      const { past } = this.#parts
      const mayBegin = state.isReady || (state.isWanted && state.gatesLeft === 0)
      if (past?.failed && index === this.#parts.plan.start) this.#endFailed(past.failed)
      else if (mayBegin) this.#launch(node, state)
    } else if (state.phase === 'running' && state.show) {
      this.#advance(node, state)
    }
  }

  #launch(node: PlanNode, state: NodeState): void {
    state.phase = 'running'
    state.beganAt = performance.now()
    if (!state.past?.starts) this.#writeFor(node, { type: 'node-started', nodeId: node.id })
    const { behaviour } = node
    if (behaviour.role === 'container') {
      this.#open(node, state, behaviour)
      this.#wantReaders(node)
      return
    }
    this.#wantReaders(node)
    if (this.#parts.loop.isOver) return
    if (behaviour.role === 'task') {
      this.#execute(node, state, behaviour)
      return
    }
    state.show = createRunShow({
      node,
      pool: this.#pool,
      states: this.#nodes,
      show: (chunk) => {
        if (state.deltasToSkip > 0) state.deltasToSkip -= 1
        else this.#writeFor(node, { type: 'node-delta', nodeId: node.id, ...chunk, executedMs: elapsedMs(state) })
      },
    })
    this.#advance(node, state)
  }

  #wantReaders(node: PlanNode): void {
    for (const reader of node.earlyReaders) {
      this.#at(reader).state.isWanted = true
      this.#parts.loop.push(this, reader)
    }
  }

  #open(node: PlanNode, state: NodeState, behaviour: ContainerBehaviour): void {
    const recorded = state.past?.completed
    if (recorded) {
      if (recorded.streamedFrom !== undefined) this.#showAgain(node, state, recorded.streamedFrom)
      this.#settle(node, state, recorded)
      return
    }
    this.#try(node, state, () => {
      state.inputs = resolveInputs(node, this.#pool)
      state.driver = new ContainerDriver({
        loop: this.#parts.loop,
        scope: this.#parts,
        pool: this.#pool,
        node,
        behaviour,
        inputs: state.inputs,
        pinned: state.past?.pinned,
        signal: this.#signal,
        createScope: (parts) => new ScopeScheduler(parts),
        write: (event) => this.#write(event),
        onToken: (token) => this.#showToken(node, state, token),
        onResult: (result) => {
          const event = this.#try(node, state, () => completedEvent(node, state, result))
          if (event) this.#complete(node, state, event)
        },
        onFailure: (error) => this.#failTask(node, state, error),
      })
      state.driver.open()
    })
  }

  #execute(node: PlanNode, state: NodeState, task: TaskBehaviour): void {
    const recorded = state.past?.completed
    if (recorded) {
      this.#settle(node, state, recorded)
      return
    }
    const waiting = state.past?.waiting
    if (waiting && state.replies.length === state.past?.replies.length) {
      this.#wait(node, state, waiting)
      return
    }
    if (state.tokens.length > 0) this.#beginStream(node, state)
    const accepted = this.#try(node, state, () => this.#attempt(node, state, task))
    if (accepted instanceof Promise) {
      this.#parts.loop.await(
        accepted,
        (outcome) => this.#take(node, state, outcome),
        (error) => this.#failTask(node, state, error),
      )
    } else if (accepted) {
      this.#take(node, state, accepted)
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

  #attempt(node: PlanNode, state: NodeState, task: TaskBehaviour): Outcome | Promise<Outcome> {
    const { loop, run, services, parameters, path } = this.#parts
    const inputs = resolveInputs(node, this.#pool)
    state.inputs = inputs
    const begin = () =>
      attemptTask({
        task,
        policy: node.retry,
        execution: {
          inputs,
          parameters,
          isPresent: (name) => node.inputs.some((input) => input.name === name && isGiven(input, this.#pool)),
          replies: state.replies,
          run,
          services,
          idempotencyKey: `${loop.run.runId}:${path === ROOT_SCOPE ? '' : `${path}:`}${node.id}`,
          delivered: joinTokens(state.past?.tokens ?? []),
          signal: this.#signal,
          token: (token) => loop.attend(() => this.#takeToken(node, state, token)),
        },
        accept: (result): Outcome => (isWait(result) ? result : completedEvent(node, state, result)),
      })
    if (task.effect !== 'external') return begin()
    return loop.run.sink.durable().then(begin, (error) => {
      loop.abandon(error)
      throw error
    })
  }

  #take(node: PlanNode, state: NodeState, outcome: Outcome): void {
    if (this.#isClosed) return
    if (!isWait(outcome)) {
      this.#complete(node, state, outcome)
      return
    }
    const event = waitingEvent(node, { state, eventId: this.#parts.loop.waits.nextId(), wait: outcome.wait })
    // The wire announces a node again when it asks for the first time.
    const isFirst = event.question && state.replies.length === 0 && (state.past?.starts ?? 0) < 2
    if (isFirst) this.#write({ type: 'node-started', nodeId: node.id })
    this.#write(event)
    this.#wait(node, state, event)
  }

  #wait(node: PlanNode, state: NodeState, { eventId, wakeAt, memory }: NodeWaiting): void {
    state.eventId = eventId
    const resume: OpenWait['resume'] = (resumed) => {
      if (this.#isClosed) return
      state.eventId = undefined
      this.#write({ type: 'node-resumed', nodeId: node.id, ...resumed })
      state.replies.push({ ...resumed.reply, memory })
      if (node.behaviour.role === 'task') this.#execute(node, state, node.behaviour)
    }
    this.#parts.loop.waits.add({ eventId, wakeAt, resume })
  }

  #takeToken(node: PlanNode, state: NodeState, token: Token): void {
    // A task may go on talking after its attempt was given up.
    if (state.phase !== 'running' || this.#isClosed) return
    const { text: content, reasoning } = token
    this.#writeFor(node, { type: 'model-delta', nodeId: node.id, content, reasoning })
    this.#showToken(node, state, token)
  }

  #showToken(node: PlanNode, state: NodeState, token: Token): void {
    state.tokens.push(token)
    this.#beginStream(node, state)
    this.#parts.loop.pushAll(this, node.readers)
  }

  /** The texts of a sub-flow that has ended, for those who have not shown all of them. */
  #showAgain(node: PlanNode, state: NodeState, path: string): void {
    for (const token of this.#parts.loop.past.shown.get(path)?.tokens ?? []) this.#showToken(node, state, token)
  }

  /** From its first token on a node can only succeed or fail the run, so its exception branch is closed. */
  #beginStream(node: PlanNode, state: NodeState): void {
    if (state.tokens.length > 1 && state.isDecided) return
    this.#apply(this.#branches.begin(node))
    this.#decide(node, state)
  }

  #complete(node: PlanNode, state: NodeState, event: NodeCompleted): void {
    this.#writeFor(node, event)
    const isPaid = node.behaviour.role === 'task' && node.behaviour.effect !== 'none'
    if (isPaid) this.#parts.loop.whenDurable(() => this.#isClosed || this.#settle(node, state, event))
    else this.#settle(node, state, event)
  }

  #failTask(node: PlanNode, state: NodeState, error: unknown): void {
    if (this.#isClosed) return
    const failure = toFailure(error, node.behaviour.failure)
    const fallback = state.tokens.length === 0 ? fallbackResult(node, failure) : undefined
    if (fallback) this.#complete(node, state, fallbackEvent(node, state, fallback))
    else this.#fail(node, state, failure)
  }

  #fail(node: PlanNode, state: NodeState, failure: WireResult): void {
    const event: NodeFailed = { type: 'node-failed', nodeId: node.id, ...failure, executedMs: elapsedMs(state) }
    this.#write(event)
    this.#endFailed(event)
  }

  #endFailed({ code, message }: WireResult): void {
    const end = this.#end({ code, message })
    this.close(new DOMException('A node of the scope failed.', 'AbortError'))
    this.#parts.onEnd(end)
  }

  /** An output node shows what it can; when everything before it ended too, it ends. */
  #advance(node: PlanNode, state: NodeState): void {
    try {
      const shown = state.show?.advance(state.isReady)
      if (!shown || node.behaviour.role !== 'output') return
      const recorded = state.past?.completed
      if (recorded) {
        this.#settle(node, state, { ...recorded, variables: {} })
        return
      }
      state.inputs = resolveInputs(node, this.#pool)
      const event = completedEvent(node, state, node.behaviour.finish(state.inputs, shown))
      this.#writeFor(node, event)
      this.#settle(node, state, event)
    } catch (error) {
      this.#fail(node, state, toFailure(error, node.behaviour.failure))
    }
  }

  #settle(node: PlanNode, state: NodeState, event: NodeCompleted): void {
    state.phase = 'settled'
    state.driver = undefined
    this.#pool.values[node.index] = event.variables
    this.#usage = addUsage(this.#usage, event.innerUsage ?? event.usage)
    if (node.behaviour.role !== 'container' && node.behaviour.ends) this.#ends.push(event)
    this.#apply(this.#branches.settle(node, event))
    this.#decide(node, state)
    this.#parts.loop.pushAll(this, node.readers)
    this.#finishNodes(1)
  }

  #apply(changes: BranchChanges): void {
    for (const index of changes.ready) this.#queueReady(index)
    for (const index of changes.skipped) {
      const { node, state } = this.#at(index)
      state.phase = 'skipped'
      this.#decide(node, state)
      this.#parts.loop.pushAll(this, node.readers)
    }
    this.#unfinished -= changes.skipped.length
  }

  #finishNodes(count: number): void {
    this.#unfinished -= count
    if (this.#unfinished > 0 || this.#isClosed || this.#parts.loop.isOver) return
    this.#isClosed = true
    this.#parts.onEnd(this.#end(undefined))
  }

  #end(failure: WireResult | undefined): ScopeEnd {
    return {
      outputs: Object.assign({}, ...this.#ends.map((end) => end.outputs)),
      endedBy: this.#ends.map((end) => end.nodeId),
      usage: this.#usage,
      failure,
    }
  }

  /** What the node does to later output nodes is known now: one gate less for each of them. */
  #decide(node: PlanNode, state: NodeState): void {
    if (state.isDecided) return
    state.isDecided = true
    for (const index of node.gateOf) {
      this.#at(index).state.gatesLeft -= 1
      this.#parts.loop.push(this, index)
    }
  }

  #queueReady(index: number): void {
    this.#at(index).state.isReady = true
    this.#parts.loop.push(this, index)
  }

  #at(index: number): { node: PlanNode; state: NodeState } {
    return { node: this.#parts.plan.nodes[index] as PlanNode, state: this.#nodes[index] as NodeState }
  }

  #write(event: NodeEvent): void {
    this.#parts.writer.write(this.#scoped(event))
  }

  #writeFor(node: PlanNode, event: NodeEvent): void {
    const key = node.show && orderKey(this.#parts.path, node.id)
    this.#parts.writer.writeFor(key, this.#scoped(event))
  }

  #scoped(event: NodeEvent): NodeEvent {
    const { path } = this.#parts
    return path === ROOT_SCOPE ? event : { ...event, scope: path }
  }
}

type Outcome = NodeCompleted | NodeWait

const isWait = (result: object): result is NodeWait => 'wait' in result
