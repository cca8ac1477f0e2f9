import type { Sandbox, SandboxLimits } from './sandbox.ts'
import { createSandboxSlots } from './sandbox-slots.ts'
import type { WarmChildren } from './warm-children.ts'

/** Programs that run at once in this process; each may fill its memory limit. */
const PROGRAMS_MAX = 4

/** Runs programs in children that are kept warm. */
export const createChildSandbox = (children: WarmChildren, defaults: SandboxLimits): Sandbox => {
  const slots = createSandboxSlots(PROGRAMS_MAX)
  return {
    run({ language, source, inputs, signal, ...request }) {
      const limits = { ...defaults, ...request.limits }
      const program = { language, source, inputs: JSON.stringify(inputs), limits }
      return slots.use(signal, () => children.use(signal, (child) => child.run(program, signal)))
    },
  }
}
