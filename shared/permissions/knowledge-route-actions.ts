import type { RouteRules } from './route-actions.ts'

/** Bases, documents and search. */
export const knowledgeRouteActions: RouteRules = {
  'GET /api/bases': 'knowledge:read',
  'POST /api/bases': 'knowledge:write',
  'GET /api/bases/{baseId}': 'knowledge:read',
  'PATCH /api/bases/{baseId}': 'knowledge:write',
  'DELETE /api/bases/{baseId}': 'knowledge:write',
  'GET /api/bases/{baseId}/search': 'knowledge:read',
  'POST /api/bases/{baseId}/search': 'knowledge:read',
  'GET /api/bases/{baseId}/documents': 'knowledge:read',
  'POST /api/bases/{baseId}/documents': 'knowledge:write',
  'GET /api/documents/{documentId}': 'knowledge:read',
  'DELETE /api/documents/{documentId}': 'knowledge:write',
  'GET /api/documents/{documentId}/chunks': 'knowledge:read',

  'POST /knowledge/v1/chunk/query': 'knowledge:read',
  'POST /knowledge/v1/document/chunk': 'knowledge:read',
  'POST /knowledge/v1/document/name': 'knowledge:read',
  'POST /knowledge/v1/document/split': 'knowledge:write',
  'POST /knowledge/v1/chunks/save': 'knowledge:write',
  'POST /knowledge/v1/chunk/update': 'knowledge:write',
  'POST /knowledge/v1/chunk/delete': 'knowledge:write',
}
