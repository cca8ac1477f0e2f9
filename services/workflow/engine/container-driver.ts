import type { PlanNode } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { addUsage, NO_TOKENS } from './add-usage.ts'
import type { Token } from './fold-past.ts'
import { NodeError } from './node-error.ts'
import type { ContainerBehaviour, ContainerRun, NodeResult, Round } from './node-execution.ts'
import type { VariablePool } from './resolve-inputs.ts'
import type { RunEvent, ScopePinned } from './run-events.ts'
import type { RunLoop } from './run-loop.ts'
import { createRunWriter, type RunWriter } from './run-writer.ts'
import type { ScopeEnd, ScopeParts } from './scope-parts.ts'
import { depthOf, innerScope } from './scope-path.ts'
import type { ScopeScheduler } from './scope-scheduler.ts'

/** Rounds within rounds, sub-flows of sub-flows: a flow that calls itself ends here. */
const DEPTH_MAX = 16

interface ContainerParts {
  loop: RunLoop
  /** The scope that the container is in. */
  scope: ScopeParts
  pool: VariablePool
  node: PlanNode
  behaviour: ContainerBehaviour
  inputs: Readonly<Record<string, unknown>>
  pinned: Record<string, unknown> | undefined
  signal: AbortSignal
  createScope(parts: ScopeParts): ScopeScheduler
  write(event: ScopePinned): void
  /** A text of a sub-flow, for those who show the container's output. */
  onToken(token: Token): void
  onResult(result: NodeResult): void
  onFailure(error: unknown): void
}

interface OpenRound {
  readonly scope: ScopeScheduler
  readonly shown: { content: string; reasoning: string }
}

/** Drives the rounds of one container node: see ContainerRun. Its error handling begins the whole node anew. */
export class ContainerDriver {
  readonly #parts: ContainerParts
  readonly #open = new Map<string, OpenRound>()
  #usage = NO_TOKENS
  #attempt = 0
  /** Path of the sub-flow whose texts were shown. */
  #streamedFrom: string | undefined
  #isOver = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: ContainerParts) {
    this.#parts = parts
  }

  open(): void {
    const { behaviour, inputs, scope, node, signal, loop } = this.#parts
    let { pinned } = this.#parts
    this.#startTimer()
    const attempt = this.#attempt
    const opened = this.#try(() =>
      behaviour.open({
        inputs,
        run: scope.run,
        services: scope.services,
        signal,
        body: node.body,
        pinned,
        pin: (pin) => {
          pinned = pin
          this.#parts.pinned = pin
          this.#parts.write({ type: 'scope-pinned', nodeId: node.id, pin })
        },
      }),
    )
    if (!opened) return
    if (!(opened instanceof Promise)) {
      this.#advance(opened)
      return
    }
    const isCurrent = () => !this.#isOver && attempt === this.#attempt
    loop.await(
      opened,
      (run) => isCurrent() && this.#advance(run),
      (error) => isCurrent() && this.#fail(error),
    )
  }

  /** Gives up all rounds. */
  close(reason: unknown): void {
    this.#isOver = true
    this.#closeRounds(reason)
  }

  #closeRounds(reason: unknown): void {
    clearTimeout(this.#timer)
    for (const { scope } of this.#open.values()) scope.close(reason)
    this.#open.clear()
  }

  #advance(run: ContainerRun): void {
    const step = this.#try(() => ({ result: run.result(), rounds: [] as readonly Round[] }))
    if (!step) return
    if (step.result) {
      this.close(new DOMException('The node has its result.', 'AbortError'))
      this.#parts.onResult({
        ...step.result,
        innerUsage: this.#usage,
        ...(this.#streamedFrom !== undefined && { streamedFrom: this.#streamedFrom }),
      })
      return
    }
    const begun = this.#try(() => {
      const rounds = run.next()
      for (const round of rounds) this.#beginRound(run, round)
      if (this.#open.size === 0) throw new Error('a container node has neither a result nor rounds')
      return rounds
    })
    if (begun) this.#startTimer()
  }

  #beginRound(run: ContainerRun, round: Round): void {
    const { loop, scope, node, pool } = this.#parts
    const isSubFlow = round.subFlow !== undefined
    const key = this.#attempt === 0 ? round.key : `${round.key}@${this.#attempt}`
    const path = innerScope(scope.path, node.id, { key, isSubFlow })
    if (depthOf(path) > DEPTH_MAX) {
      throw new NodeError(wireCodes.ENGINE_RUN_FAILED, `more than ${DEPTH_MAX} flows and loops within each other`)
    }
    const shown = { content: '', reasoning: '' }
    const inner = this.#parts.createScope({
      loop,
      plan: round.plan,
      path,
      past: loop.past.scopes.get(path),
      writer: round.subFlow ? this.#openWriter(path, shown, round.subFlow.streams) : scope.writer,
      outer: isSubFlow ? undefined : pool,
      run: round.subFlow?.run ?? scope.run,
      services: round.subFlow?.services ?? scope.services,
      parameters: round.parameters,
      onEnd: (end) => this.#endRound(run, round.key, end),
    })
    this.#open.set(round.key, { scope: inner, shown })
    inner.begin()
  }

  /** Texts of a sub-flow are put in order by themselves, and become tokens; those that an earlier execution showed come first. */
  #openWriter(path: string, shown: OpenRound['shown'], streams: boolean): RunWriter {
    const { loop } = this.#parts
    const past = loop.past.shown.get(path)
    const take = (token: Token) => {
      shown.content += token.text
      shown.reasoning += token.reasoning
      this.#startTimer()
      if (!streams) return
      this.#streamedFrom = path
      this.#parts.onToken(token)
    }
    for (const token of past?.tokens ?? []) take(token)
    return createRunWriter({
      emit: (event) => loop.emit(event),
      shown: past?.current,
      onShown: (event) => {
        const token = toToken(event)
        if (token) take(token)
      },
    })
  }

  #endRound(run: ContainerRun, key: string, { usage, ...end }: ScopeEnd): void {
    const round = this.#open.get(key)
    if (!round || this.#isOver) return
    this.#open.delete(key)
    this.#usage = addUsage(this.#usage, usage)
    const told = this.#try(() => {
      run.ended(key, { ...end, usage, shown: round.shown })
      return true
    })
    if (told) this.#advance(run)
  }

  #try<Value>(work: () => Value): Value | undefined {
    try {
      return work()
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#closeRounds(error)
    const retriesMax = this.#parts.node.retry?.retriesMax ?? 0
    if (this.#attempt < retriesMax && this.#streamedFrom === undefined) {
      this.#attempt += 1
      this.open()
      return
    }
    this.#isOver = true
    this.#parts.onFailure(error)
  }

  /** Its limit is the time without a text or the end of a round; a node without error handling has none. */
  #startTimer(): void {
    const { node, behaviour, loop } = this.#parts
    if (!node.retry) return
    clearTimeout(this.#timer)
    const { timeoutMs } = node.retry
    const expire = () => this.#fail(new NodeError(behaviour.timeout.result, `nothing came for ${timeoutMs} ms`))
    this.#timer = setTimeout(() => loop.attend(expire), timeoutMs)
  }
}

const toToken = (event: RunEvent): Token | undefined => {
  if (event.type !== 'node-delta' && event.type !== 'node-completed') return undefined
  if (event.content === '' && event.reasoning === '') return undefined
  return { text: event.content, reasoning: event.reasoning }
}
