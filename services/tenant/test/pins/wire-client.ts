import { callApp } from '#shared/testing/call-app.ts'
import type { createTestTenant } from '../create-test-tenant.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>
export type Envelope = { sid: string; code: number; message?: string; data?: unknown }

/** Speaks the original's wire with a tenant service, as an administrator, for the tenant that is given. */
export const wireClient = (tenant: Tenant, source?: string) => {
  const headers = { 'x-orrery-caller': 'root', ...(source === undefined ? {} : { 'x-consumer-username': source }) }
  const send = async (route: `${string} /${string}`, body?: object) => {
    const answer = await callApp(tenant.app, route as 'GET /', { headers, ...(body ? { body } : {}) })
    return { status: answer.status, body: answer.body as Envelope }
  }
  return {
    send,
    /** Registers an app; its identifiers. */
    async register(fields: object = {}) {
      const body = { request_id: 'r', app_name: 'Shop', dev_id: 7, cloud_id: 'c1', ...fields }
      return (await send('POST /v2/app', body)).body.data as { app_id: string; api_key: string; api_secret: string }
    },
    codeOf: async (route: `${string} /${string}`, body?: object) => (await send(route, body)).body.code,
  }
}
