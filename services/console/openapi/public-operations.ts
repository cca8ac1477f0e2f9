/**
 * Operations that need no credentials: health and metrics for machines that watch, pages that tell nothing of an installation, and addresses that are
 * secrets themselves.
 */
export const publicOperations: ReadonlySet<string> = new Set([
  'GET /',
  'GET /swagger',
  'GET /openapi.json',
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /workflow/v1/files/{name}',
  'POST /api/hooks/{token}',
])
