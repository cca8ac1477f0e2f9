import { expect, test } from 'bun:test'
import { routeClassOf } from './route-class.ts'

test('each kind of route has its class, and the original services’ own /api/v1 is no management', () => {
  const classes = {
    wire: ['/workflow/v1/chat/completions', '/v1/chat/completions', '/api/v1/tools/x', '/v2/app', '/apix'],
    management: ['/api/flows', '/api/runs/1'],
    internal: ['/internal/credentials', '/internal/agent/openapi'],
    page: ['/', '/assets/app.js', '/swagger', '/swagger/x', '/openapi.json', '/favicon.ico'],
  }
  for (const [name, paths] of Object.entries(classes)) {
    for (const path of paths) expect([path, routeClassOf(path)]).toEqual([path, name as 'wire'])
  }
})
