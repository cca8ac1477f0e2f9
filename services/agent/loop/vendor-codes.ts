/** First wire code of the vendor's codes 10000 to 10015, which follow one another on both sides. */
const IN_ORDER = { from: 10_000, to: 10_015, wire: 40_350 } as const

const others: ReadonlyMap<number, number> = new Map([
  [10_016, 40_366],
  [10_017, 40_367],
  [10_019, 40_368],
  [10_110, 40_369],
  [10_163, 40_370],
  [10_222, 40_371],
  [10_907, 40_372],
  [11_200, 40_373],
  [11_201, 40_374],
  [11_202, 40_375],
  [11_203, 40_376],
])

/** The wire's code for a code of the model's vendor; undefined for one that it has none for. Pure. */
export const wireCodeOfVendor = (vendorCode: number | undefined): number | undefined => {
  if (vendorCode === undefined) return undefined
  const { from, to, wire } = IN_ORDER
  return vendorCode >= from && vendorCode <= to ? wire + vendorCode - from : others.get(vendorCode)
}
