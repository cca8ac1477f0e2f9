const POLL_MS = 5

/** Waits for a condition, never for time. Fails with `what` when it does not come true within `timeoutMs`. */
export const waitFor = async <Value>(
  check: () => Value | Promise<Value>,
  options: { what: string; timeoutMs?: number },
): Promise<NonNullable<Value>> => {
  const deadline = Date.now() + (options.timeoutMs ?? 10_000)
  for (;;) {
    const value = await check()
    if (value) return value as NonNullable<Value>
    if (Date.now() > deadline) throw new Error(`Waited in vain for: ${options.what}`)
    await Bun.sleep(POLL_MS)
  }
}
