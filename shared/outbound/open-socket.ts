/** Begins a WebSocket; rejects when it may not be begun, or with the signal's reason while its name is looked up. The caller closes it. */
export type OpenSocket = (url: string, signal?: AbortSignal) => Promise<WebSocket>

/** Without a guard, for addresses that an administrator saved. */
export const openSocketDirectly: OpenSocket = async (url) => new WebSocket(url)
