import { closeSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'

export interface HangUpHandling {
  /** Calls the listener for each SIGHUP that asks to reload; at once when there was one already. */
  onReloadAsked(listener: () => void): void
}

const STANDARD_DESCRIPTORS = [0, 1, 2]
const CONTROLLING_TERMINAL = '/dev/tty'

/**
 * SIGHUP has two meanings. Somebody sends it to a service that is to read its configuration again; and the kernel sends it when the terminal
 * that a program was started in is closed. In the second case the terminal is gone by then, and the program must not stay behind unseen: it
 * stops in order.
 */
export const handleHangUps = (options: {
  /** Begins the orderly stop. */
  stop(): void
}): HangUpHandling => {
  const hadTerminal = STANDARD_DESCRIPTORS.some((descriptor) => isatty(descriptor)) && hasTerminal()
  let listener: (() => void) | undefined
  let asked = false
  process.on('SIGHUP', () => {
    if (hadTerminal && !hasTerminal()) return options.stop()
    asked = true
    listener?.()
  })
  return {
    onReloadAsked(given) {
      listener = given
      if (asked) given()
    },
  }
}

/** Nobody can be told anything on a terminal that is gone, and that is no reason to die. */
export const surviveLostOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

const hasTerminal = (): boolean => {
  try {
    closeSync(openSync(CONTROLLING_TERMINAL, 'r'))
    return true
  } catch {
    return false
  }
}
