/**
 * How a worker declares that another one can go on with its event stream: the path that does, on a worker of the same service. The gateway
 * adds `after=<number of whole events that the client has>` to its query and takes the header away.
 */
export const RESUME_HEADER = 'x-orrery-resume'

/** Name of the query parameter that carries the number of events already delivered. */
export const RESUME_AFTER = 'after'

/** What follows the first `count` items: they are made again, since each may depend on those before, but not given out. */
export async function* withoutFirst<Item>(items: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  let seen = 0
  for await (const item of items) {
    seen += 1
    if (seen > count) yield item
  }
}
