import type { OpenApiDocument } from './open-api-document.ts'

const json = (description: string, example: unknown) => ({
  description,
  content: { 'application/json': { schema: { type: 'object' }, example } },
})

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
        responses: { 200: json('It is.', { status: 'live' }) },
      },
    },
    '/health/ready': {
      get: {
        operationId: 'getReady',
        tags: ['health'],
        summary: 'Can every service be reached?',
        responses: {
          200: json('All of them.', { status: 'ready' }),
          503: json('Not yet, or not any more: the reasons are in the answer.', {
            status: 'not-ready',
            reasons: ['…'],
          }),
        },
      },
    },
    '/health': {
      get: {
        operationId: 'getHealth',
        tags: ['health'],
        summary: 'The tree of pools, workers and backends',
        responses: { 200: json('As of now.', { status: 'ok', timestamp: '2026-01-01T00:00:00.000Z', services: {} }) },
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
