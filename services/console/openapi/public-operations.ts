/**
 * Operations that need no credentials: health and metrics for machines that watch, pages that tell nothing of an installation, and addresses that are
 * secrets themselves.
 */
export const publicOperations: ReadonlySet<string> = new Set([
  'GET /',
  'GET /swagger',
  'GET /setup',
  'GET /sign-in',
  'GET /accept-invitation',
  'GET /openapi.json',
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /ping',
  'GET /workflow/v1/files/{name}',
  'POST /api/hooks/{token}',
  'GET /api/mcp-servers/callback',
  // The way in: a password, a code or a link is what one has there.
  'GET /api/sign-in',
  'POST /api/sign-in',
  'POST /api/sign-in/oidc',
  'POST /api/sign-in/oidc/callback',
  'POST /api/setup',
  'POST /api/reset-password',
  'POST /api/accept-invitation',
  'POST /api/accept-invitation/look',
])
