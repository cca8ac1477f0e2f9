import type { OpenApiDocument } from './open-api-document.ts'

const json = (description: string, example: unknown) => ({
  description,
  content: { 'application/json': { schema: { type: 'object' }, example } },
})

const TIMESTAMP = '2026-01-01T00:00:00.000Z'
const HEALTH = {
  status: 'healthy',
  timestamp: TIMESTAMP,
  version: '0.1.0',
  uptimeSeconds: 3_600,
  services: { agent: { status: 'healthy', pool: 'agent', workers: { ready: 1, total: 1 } } },
  pools: [
    {
      name: 'agent',
      services: ['agent'],
      condition: 'ok',
      workers: [{ slot: 0, state: 'ready', inFlight: 0, streams: 0, restarts: 0 }],
    },
  ],
  gateways: [{ state: 'ready' }],
  backends: [{ name: 'postgres', kind: 'embedded', state: 'ready' }],
  reasons: [],
  warnings: [],
}

/** The routes that the gateway and the supervisor answer, which no service describes. */
export const gatewayDocument: OpenApiDocument = {
  openapi: '3.0.3',
  info: { title: 'Gateway', version: '1' },
  tags: [{ name: 'health', description: 'For load balancers, monitors and people.' }],
  paths: {
    '/health/live': {
      get: {
        operationId: 'getLive',
        tags: ['health'],
        summary: 'Is the gateway up?',
        responses: { 200: json('It is.', { status: 'live', timestamp: TIMESTAMP }) },
      },
    },
    '/health/ready': {
      get: {
        operationId: 'getReady',
        tags: ['health'],
        summary: 'Can every service be reached?',
        responses: {
          200: json('All of them.', { status: 'ready', ready: true, reasons: [] }),
          503: json('Not yet, or not any more.', {
            status: 'not-ready',
            ready: false,
            reasons: ['knowledge has no ready worker (starting)'],
          }),
        },
      },
    },
    '/health': {
      get: {
        operationId: 'getHealth',
        tags: ['health'],
        summary: 'The tree of pools, workers and backends',
        responses: { 200: json('As of now: healthy, degraded or unhealthy, with the reasons.', HEALTH) },
      },
    },
    '/metrics': {
      get: {
        operationId: 'getMetrics',
        tags: ['health'],
        summary: 'Metrics of all processes, counters that never decrease',
        responses: {
          200: {
            description: 'Prometheus text exposition format.',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
        },
      },
    },
  },
}
