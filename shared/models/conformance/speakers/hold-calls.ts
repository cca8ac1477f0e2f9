import type { WireStep } from '../wire-script.ts'

/** A whole call of a protocol that knows no fragments. */
export interface HeldCall {
  id: string | undefined
  name: string
  arguments: string
}

/** Joins fragments until the answer ends, for protocols that send calls whole. */
export const createCallHolder = () => {
  const held = new Map<number, HeldCall>()
  return {
    add(step: WireStep & { type: 'call' }) {
      const known = held.get(step.place)
      if (known) known.arguments += step.arguments
      else held.set(step.place, { id: step.id, name: step.name ?? '', arguments: step.arguments })
    },
    calls: (): HeldCall[] => [...held.values()],
  }
}
