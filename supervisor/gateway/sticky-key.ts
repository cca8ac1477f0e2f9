/** Names the run that a request is about, when its path does not. */
export const RUN_ID_HEADER = 'x-orrery-run-id'

const RUNS_PREFIX = '/api/runs/'
/** Run ids are numbers of the journal; anything else is no run's and gets no preference. */
const RUN_ID = /^\d{1,19}$/

/**
 * The key by which requests about one run prefer one worker: the run's id, from `/api/runs/{id}` or the header. Every worker can answer
 * them, since all read the same journal; but one that has a run's events in memory, because it runs it or serves another reader of it, need
 * not look into the journal for news again and again. The preferred worker is the one that runs it only when the request that started the
 * run carried the header too; otherwise it is the one where the readers of a run meet. Requests that name their run in the body have no
 * key: bodies are not read on the way.
 */
export const stickyKeyOf = (path: string, headers: { get(name: string): string | null }): string | undefined => {
  if (path.startsWith(RUNS_PREFIX)) {
    const end = path.indexOf('/', RUNS_PREFIX.length)
    const id = end < 0 ? path.slice(RUNS_PREFIX.length) : path.slice(RUNS_PREFIX.length, end)
    if (RUN_ID.test(id)) return id
  }
  const named = headers.get(RUN_ID_HEADER)
  return named !== null && RUN_ID.test(named) ? named : undefined
}
