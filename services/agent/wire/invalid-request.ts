/**
 * A request that the wire refuses with code 40002. Its text is the original's: `<type>, <last element of the path>, <what is wrong>`, in the
 * vocabulary of pydantic, which clients match on.
 */
export class InvalidRequestError extends Error {
  constructor(type: string, location: string | number, what: string) {
    super(`${type}, ${location}, ${what}`)
    this.name = 'InvalidRequestError'
  }
}

export const missing = (location: string) => new InvalidRequestError('missing', location, 'Field required')
