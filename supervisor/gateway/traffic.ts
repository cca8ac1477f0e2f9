/** What is going on in this gateway at the moment. */
export interface Traffic {
  /** Requests whose response is not complete, open event streams not counted. */
  inFlight: number
  streams: number
  /** How many of them are on a second attempt. */
  retrying: number
}

export const createTraffic = (): Traffic => ({ inFlight: 0, streams: 0, retrying: 0 })
