import type { RouteRules } from './route-actions.ts'

/** Agents, bots, chats and models. */
export const agentRouteActions: RouteRules = {
  'POST /agent/v1/chat/completions': 'agents:run',
  'POST /agent/v1/custom/chat/completions': 'agents:run',
  'GET /agent/v1/bot-config': 'agents:read',
  'POST /agent/v1/bot-config': 'agents:write',
  'PUT /agent/v1/bot-config': 'agents:write',
  'DELETE /agent/v1/bot-config': 'agents:write',

  // Agents and published flows are called by name like models here, so this action reaches them, too. Clients ask for the list before they call.
  'GET /v1/models': 'models:run',
  'GET /v1/models/{model}': 'models:run',
  'POST /v1/chat/completions': 'models:run',

  'GET /api/agents': 'agents:read',
  'POST /api/agents': 'agents:write',
  'GET /api/agents/{botId}': 'agents:read',
  'PUT /api/agents/{botId}': 'agents:write',
  'DELETE /api/agents/{botId}': 'agents:write',

  // Whoever may talk to an agent may keep the conversation, what is remembered of it and its files.
  'GET /api/conversations': 'agents:run',
  'POST /api/conversations': 'agents:run',
  'GET /api/conversations/{id}': 'agents:run',
  'PUT /api/conversations/{id}': 'agents:run',
  'DELETE /api/conversations/{id}': 'agents:run',
  'GET /api/conversations/{id}/messages': 'agents:run',
  'POST /api/conversations/{id}/messages': 'agents:run',
  'POST /api/conversations/{id}/regenerate': 'agents:run',
  'GET /api/conversations/{id}/turns/{runId}/events': 'agents:run',
  'GET /api/memories': 'agents:run',
  'POST /api/memories': 'agents:run',
  'DELETE /api/memories': 'agents:run',
  'PUT /api/memories/{id}': 'agents:run',
  'DELETE /api/memories/{id}': 'agents:run',
  'POST /api/files': 'agents:run',
  'GET /api/files/{id}': 'agents:run',
  'GET /api/files/{id}/content': 'agents:run',
  'DELETE /api/files/{id}': 'agents:run',
  'POST /api/agents/{botId}/publish': 'agents:write',
  'POST /api/agents/{botId}/rollback': 'agents:write',
  'GET /api/agents/{botId}/versions': 'agents:read',
  'GET /api/agents/{botId}/diff': 'agents:read',
  'POST /api/agents/{botId}/turns': 'agents:run',

  'GET /api/turns/{id}': 'runs:read',
  'GET /api/turns/{id}/events': 'runs:read',
  'POST /api/turns/{id}/approvals': 'runs:write',
  'POST /api/turns/{id}/cancel': 'runs:write',
  'GET /api/approvals': 'runs:read',

  'GET /api/models': 'models:read',
  'POST /api/models': 'models:write',
  'GET /api/models/{name}': 'models:read',
  'PUT /api/models/{name}': 'models:write',
  'DELETE /api/models/{name}': 'models:write',
  'POST /api/models/{name}/test': 'models:write',
  'POST /api/models/test': 'models:write',

  'GET /api/budgets': 'models:read',
  'GET /api/budgets/{appId}': 'models:read',
  'PUT /api/budgets/{appId}': 'models:write',
  'DELETE /api/budgets/{appId}': 'models:write',
  'GET /api/usage': 'models:read',
}
