/** What is going on in this gateway at the moment. */
export interface Traffic {
  /** Requests whose response is not complete, open event streams not counted. */
  inFlight: number
  streams: number
}

export const createTraffic = (): Traffic => ({ inFlight: 0, streams: 0 })

/** A worker, or the attempt at it, as far as it counts what it has to do. */
interface Busy {
  requests: number
  streams: number
}

/** A request turns out to be a stream, which is counted apart: it costs little and lasts long. */
export const beginStream = (traffic: Traffic, worker: Busy): void => {
  worker.requests -= 1
  worker.streams += 1
  traffic.inFlight -= 1
  traffic.streams += 1
}

/** The stream is over. Whoever began the request takes it off what is in flight, whatever it was last. */
export const endStream = (traffic: Traffic, worker: Busy): void => {
  worker.streams -= 1
  traffic.streams -= 1
  traffic.inFlight += 1
}
