import type { ToolCall } from '../chat-model.ts'

/** A piece of a tool call in a stream. */
export interface ToolCallFragment {
  /** Which call it belongs to; some providers leave it out. */
  index: number | undefined
  /** Its place in the chunk's list. */
  position: number
  id: string
  name: string
  arguments: string
  /** See ToolCall.providerData. */
  providerData?: string
}

/** Ids that are made up for calls without one. */
export const MADE_UP_ID = /^call_\d+$/

/** Joins the fragments of a stream into whole calls. */
export interface ToolCallJoiner {
  add(fragment: ToolCallFragment): void
  /** The calls in the order of their first fragments; calls without a name are dropped, missing ids are made up (`call_0`, …). */
  calls(): ToolCall[]
}

/**
 * Fragments belong together by `index`. Without one, a fragment with a new id (or a name, when there are no ids at all) begins a call, and
 * any other continues the last. A provider that gives every parallel call index 0 but different ids is understood too.
 */
export const createToolCallJoiner = (): ToolCallJoiner => {
  const joined: (ToolCall & { index: number | undefined })[] = []

  const find = (fragment: ToolCallFragment) => {
    const last = joined.at(-1)
    if (fragment.index === undefined) {
      if (!last) return undefined
      if (fragment.id !== '') return joined.find((call) => call.id === fragment.id)
      return fragment.name === '' ? last : undefined
    }
    const sameIndex = joined.filter((call) => call.index === fragment.index)
    return fragment.id === '' || sameIndex.some((call) => call.id === '')
      ? sameIndex.at(-1)
      : sameIndex.find((call) => call.id === fragment.id)
  }

  return {
    add(fragment) {
      const known = find(fragment)
      if (!known) {
        const { position: _, ...begun } = fragment
        joined.push(begun)
        return
      }
      if (known.id === '') known.id = fragment.id
      // The name comes whole; one that is repeated with each fragment must not be doubled.
      if (known.name === '') known.name = fragment.name
      known.arguments += fragment.arguments
      if (fragment.providerData !== undefined) known.providerData = fragment.providerData
    },
    calls: () =>
      joined
        .filter((call) => call.name !== '')
        .map((call, position) => ({
          id: call.id === '' ? `call_${position}` : call.id,
          name: call.name,
          arguments: call.arguments === '' ? '{}' : call.arguments,
          ...(call.providerData === undefined ? {} : { providerData: call.providerData }),
        })),
  }
}
