/** Operations that need no credentials: health and metrics for machines that watch, and pages that tell nothing of an installation. */
export const publicOperations: ReadonlySet<string> = new Set([
  'GET /',
  'GET /swagger',
  'GET /openapi.json',
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
])
