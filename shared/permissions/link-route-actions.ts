import type { RouteRules } from './route-actions.ts'

/** Tools: those of OpenAPI documents and those of MCP servers. */
export const linkRouteActions: RouteRules = {
  'GET /api/v1/tools/versions': 'tools:read',
  'POST /api/v1/tools/versions': 'tools:write',
  'PUT /api/v1/tools/versions': 'tools:write',
  'DELETE /api/v1/tools/versions': 'tools:write',
  'GET /api/v1/tools': 'tools:read',
  'POST /api/v1/tools': 'tools:write',
  'PUT /api/v1/tools': 'tools:write',
  'DELETE /api/v1/tools': 'tools:write',
  'POST /api/v1/tools/http_run': 'tools:run',
  'POST /api/v1/tools/tool_debug': 'tools:write',
  'POST /api/v1/mcp': 'tools:write',
  'POST /api/v1/mcp/tool_list': 'tools:read',
  'POST /api/v1/mcp/call_tool': 'tools:run',
}
