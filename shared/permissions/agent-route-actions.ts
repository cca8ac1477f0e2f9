import type { RouteRules } from './route-actions.ts'

/** Agents, bots, chats and models. */
export const agentRouteActions: RouteRules = {
  'POST /agent/v1/chat/completions': 'agents:run',
  'POST /agent/v1/custom/chat/completions': 'agents:run',
  'GET /agent/v1/bot-config': 'agents:read',
  'POST /agent/v1/bot-config': 'agents:write',
  'PUT /agent/v1/bot-config': 'agents:write',
  'DELETE /agent/v1/bot-config': 'agents:write',

  // Which models there are is part of calling one: clients ask before they call.
  'GET /v1/models': 'models:run',
  'GET /v1/models/{model}': 'models:run',
  'POST /v1/chat/completions': 'models:run',

  'GET /api/agents': 'agents:read',
  'POST /api/agents': 'agents:write',
  'GET /api/agents/{botId}': 'agents:read',
  'PUT /api/agents/{botId}': 'agents:write',
  'DELETE /api/agents/{botId}': 'agents:write',

  'GET /api/models': 'models:read',
  'POST /api/models': 'models:write',
  'GET /api/models/{name}': 'models:read',
  'PUT /api/models/{name}': 'models:write',
  'DELETE /api/models/{name}': 'models:write',
  'POST /api/models/{name}/test': 'models:write',
}
