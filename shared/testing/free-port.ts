/** Below the range of which Linux (from 32768), macOS and Windows (from 49152) take ports for connections that a program opens. */
const PORT_MIN = 20_000
const PORT_MAX = 32_000
const TRIES_MAX = 200

/**
 * A TCP port of this machine that was free a moment ago, for a program that is started next. It is taken at random from ports that the
 * system gives to nobody by itself: one that it handed out may be another test's connection before that program listens.
 */
export const freePort = (): number => {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN))
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true)
      return port
    } catch {
      // somebody listens there
    }
  }
  throw new Error(`No free port between ${PORT_MIN} and ${PORT_MAX}.`)
}
