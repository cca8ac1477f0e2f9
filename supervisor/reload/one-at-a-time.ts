/**
 * Runs one job at a time. What is asked while one runs is joined into one job that follows it, so that any number of requests cost two runs at
 * most, and everybody who asked gets the result of a run that began after they had asked.
 */
export const oneAtATime = <Request, Result>(
  run: (request: Request) => Promise<Result>,
  join: (earlier: Request, later: Request) => Request,
): ((request: Request) => Promise<Result>) => {
  let running: Promise<unknown> | undefined
  let waiting: { request: Request; result: Promise<Result> } | undefined

  const start = (request: Request): Promise<Result> => {
    const result = run(request)
    const done = result.then(
      () => undefined,
      () => undefined,
    )
    running = done
    void done.then(() => {
      if (running === done) running = undefined
    })
    return result
  }

  return (request) => {
    if (waiting) {
      waiting.request = join(waiting.request, request)
      return waiting.result
    }
    if (!running) return start(request)
    const next = { request, result: Promise.resolve() as Promise<unknown> as Promise<Result> }
    next.result = running.then(() => {
      waiting = undefined
      return start(next.request)
    })
    waiting = next
    return next.result
  }
}
