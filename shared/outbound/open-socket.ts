/** Opens a WebSocket; may reject before it does. The caller closes it. */
export type OpenSocket = (url: string) => Promise<WebSocket>

/** Without a guard, for addresses that an administrator saved. */
export const openSocketDirectly: OpenSocket = async (url) => new WebSocket(url)
