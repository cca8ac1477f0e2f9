import { type CallOptions, queryOf, type Transport } from './transport.ts'

export interface AppSummary {
  appId: string
  name: string
  description: string
  disabled: boolean
  createdAt: string
  updatedAt: string
}

/** Use it as `key` of another client: `${apiKey}:${apiSecret}`. The secret is told this once. */
export interface AppKey {
  apiKey: string
  apiSecret: string
}

export interface AppClient {
  /** Newest first. `nextBeforeId` is null on the last page. */
  list(
    page?: { beforeId?: string; limit?: number },
    options?: CallOptions,
  ): Promise<{ apps: AppSummary[]; nextBeforeId: string | null }>
  get(appId: string, options?: CallOptions): Promise<AppSummary>
  /** Makes an app and its first key. */
  create(
    app: { name: string; appId?: string; description?: string },
    options?: CallOptions,
  ): Promise<AppSummary & { key: AppKey }>
  change(
    appId: string,
    changes: { name?: string; description?: string; disabled?: boolean },
    options?: CallOptions,
  ): Promise<AppSummary>
  delete(appId: string, options?: CallOptions): Promise<void>
  listKeys(appId: string, options?: CallOptions): Promise<{ keys: { apiKey: string; createdAt: string }[] }>
  createKey(appId: string, options?: CallOptions): Promise<AppKey>
  revokeKey(appId: string, apiKey: string, options?: CallOptions): Promise<void>
}

export const createAppClient = (transport: Transport): AppClient => ({
  list: (page = {}, options = {}) => transport.json(`/api/apps${queryOf(page)}`, options),
  get: (appId, options = {}) => transport.json(pathOf(appId), options),
  create: (app, options = {}) => transport.json('/api/apps', { ...options, body: app }),
  change: (appId, changes, options = {}) =>
    transport.json(pathOf(appId), { ...options, method: 'PATCH', body: changes }),
  delete: (appId, options = {}) => transport.json(pathOf(appId), { ...options, method: 'DELETE' }),
  listKeys: (appId, options = {}) => transport.json(`${pathOf(appId)}/keys`, options),
  createKey: (appId, options = {}) => transport.json(`${pathOf(appId)}/keys`, { ...options, body: {} }),
  revokeKey: (appId, apiKey, options = {}) =>
    transport.json(`${pathOf(appId)}/keys/${encodeURIComponent(apiKey)}`, { ...options, method: 'DELETE' }),
})

const pathOf = (appId: string) => `/api/apps/${encodeURIComponent(appId)}`
