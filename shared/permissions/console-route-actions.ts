import type { RouteRules } from './route-actions.ts'

/** Pages and what the gateway says itself; none tells anything of an installation. */
export const consoleRouteActions: RouteRules = {
  'GET /': 'open',
  'GET /setup': 'open',
  'GET /sign-in': 'open',
  'GET /accept-invitation': 'open',
  'GET /swagger': 'open',
  'GET /swagger/{file}': 'open',
  'GET /assets/{file}': 'open',
  'GET /favicon.svg': 'open',
  'GET /openapi.json': 'open',
  'GET /health': 'open',
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /metrics': 'open',
}
