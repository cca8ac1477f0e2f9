import type { RouteRules } from './route-actions.ts'

/** Apps, their keys and limits, and people. */
export const tenantRouteActions: RouteRules = {
  'POST /v2/app': 'apps:write',
  'PUT /v2/app': 'apps:write',
  'DELETE /v2/app': 'apps:write',
  'POST /v2/app/disable': 'apps:write',
  'GET /v2/app/list': 'apps:read',
  'GET /v2/app/details': 'apps:read',
  // Shows secrets.
  'GET /v2/app/key/{app_id}': 'keys:write',
  'POST /v2/app/key': 'keys:write',
  'DELETE /v2/app/key': 'keys:write',

  'GET /api/apps': 'apps:read',
  'POST /api/apps': 'apps:write',
  'GET /api/apps/{appId}': 'apps:read',
  'PATCH /api/apps/{appId}': 'apps:write',
  'DELETE /api/apps/{appId}': 'apps:write',
  'GET /api/apps/{appId}/keys': 'keys:read',
  'POST /api/apps/{appId}/keys': 'keys:write',
  'PATCH /api/apps/{appId}/keys/{apiKey}': 'keys:write',
  'DELETE /api/apps/{appId}/keys/{apiKey}': 'keys:write',
  'POST /api/apps/{appId}/keys/{apiKey}/rotate': 'keys:write',
}
