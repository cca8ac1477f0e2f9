/** SHA-256 of a JSON value, hexadecimal: the same for the same value, in whatever order its fields came. */
export const fingerprintOf = (value: unknown): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(value, sortFields)).digest('hex')

const sortFields = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1)))
    : value
