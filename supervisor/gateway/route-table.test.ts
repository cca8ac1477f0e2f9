import { describe, expect, test } from 'bun:test'
import { ownerOf } from './route-table.ts'

const serviceOf = (path: string) => {
  const owner = ownerOf(path)
  return owner.kind === 'service' ? `${owner.service}:${owner.access}` : owner.kind
}

describe('every path has its owner', () => {
  test.each([
    ['/agent/v1/bot-config', 'agent:credentials'],
    ['/api/models', 'agent:credentials'],
    ['/api/budgets/shop', 'agent:credentials'],
    ['/api/usage', 'agent:credentials'],
    ['/api/agents/7', 'agent:credentials'],
    ['/api/turns/7/approvals', 'agent:credentials'],
    ['/api/approvals', 'agent:credentials'],
    ['/v1/models', 'agent:credentials'],
    ['/v1/chat/completions', 'agent:credentials'],
    ['/workflow/v1/chat/completions', 'workflow:credentials'],
    ['/workflow/v1/files/0a1b.pdf', 'workflow:open'],
    ['/workflow/v1/upload_file', 'workflow:credentials'],
    ['/workflow/v1/filesystem', 'workflow:credentials'],
    ['/sparkflow/v1/protocol/get/7', 'workflow:credentials'],
    ['/v1/publish', 'workflow:credentials'],
    ['/v1/auth', 'workflow:credentials'],
    ['/api/runs/7/events', 'workflow:credentials'],
    ['/api/flows', 'workflow:credentials'],
    ['/api/schedules/7', 'workflow:credentials'],
    ['/api/webhooks', 'workflow:credentials'],
    ['/api/hooks/token', 'workflow:open'],
    ['/api/hooksx', 'nobody'],
    ['/knowledge/v1/chunk/query', 'knowledge:credentials'],
    ['/api/bases', 'knowledge:credentials'],
    ['/api/documents/7', 'knowledge:credentials'],
    ['/api/search', 'knowledge:credentials'],
    ['/api/ingestions', 'knowledge:credentials'],
    ['/v2/app', 'tenant:credentials'],
    ['/v2/app/list', 'tenant:credentials'],
    ['/api/apps', 'tenant:credentials'],
    ['/ping', 'tenant:open'],
    ['/api/setup', 'tenant:optional'],
    ['/api/sign-in', 'tenant:optional'],
    ['/api/sign-in/oidc/callback', 'tenant:optional'],
    ['/api/accept-invitation/look', 'tenant:optional'],
    ['/api/reset-password', 'tenant:optional'],
    ['/api/me/password', 'tenant:credentials'],
    ['/api/sessions/current', 'tenant:credentials'],
    ['/api/users/7', 'tenant:credentials'],
    ['/api/spaces/default/members', 'tenant:credentials'],
    ['/api/audit', 'tenant:credentials'],
    ['/setup', 'console:open'],
    ['/sign-in', 'console:open'],
    ['/accept-invitation', 'console:open'],
    ['/internal/tenant/sessions/resolve', 'tenant:internal'],
    ['/api/v1/tools/http_run', 'link:credentials'],
    ['/api/v1/mcp/tool_list', 'link:credentials'],
    ['/api/tools', 'link:credentials'],
    ['/api/mcp-servers/7', 'link:credentials'],
    ['/api/mcp-servers/callback', 'link:open'],
    ['/api/mcp-servers/callback/7', 'link:credentials'],
    ['/api/credentials', 'link:credentials'],
    ['/', 'console:open'],
    ['/assets/page.css', 'console:open'],
    ['/swagger', 'console:open'],
    ['/swagger/swagger-ui.css', 'console:open'],
    ['/openapi.json', 'console:open'],
    ['/favicon.ico', 'console:open'],
    ['/health', 'supervisor'],
    ['/health/ready', 'supervisor'],
    ['/metrics', 'supervisor'],
    ['/internal/credentials/verify', 'tenant:internal'],
    ['/internal/workflow/openapi', 'workflow:internal'],
  ])('%s -> %s', (path, owner) => {
    expect(serviceOf(path)).toBe(owner)
  })
})

describe('a prefix ends at a segment', () => {
  test.each([
    '/agent/v10/x',
    '/agent',
    '/api',
    '/api/modelsx',
    '/v1',
    '/healthy',
    '/metrics/x',
    '//internal/agent',
    '',
  ])('%s belongs to nobody', (path) => {
    expect(serviceOf(path)).toBe('nobody')
  })
})
