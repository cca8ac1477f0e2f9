const POLL_MS = 5
/** Longer than anything takes on a slow and busy machine, and shorter than a test may take: what was waited for is told. */
const WAIT_MS_MAX = 45_000

/** Waits for a condition, never for time. Fails with `what` when it does not come true within `timeoutMs`. */
export const waitFor = async <Value>(
  check: () => Value | Promise<Value>,
  options: { what: string; timeoutMs?: number },
): Promise<NonNullable<Value>> => {
  const deadline = Date.now() + (options.timeoutMs ?? WAIT_MS_MAX)
  for (;;) {
    const value = await check()
    if (value) return value as NonNullable<Value>
    if (Date.now() > deadline) throw new Error(`Waited in vain for: ${options.what}`)
    await Bun.sleep(POLL_MS)
  }
}
