import { describe, expect, test } from 'bun:test'
import { ACTIONS, isAction, isScopePreset, KEY_ACTIONS, SCOPE_PRESETS } from './actions.ts'
import { actionOf, ROUTE_RULES, ruleOf } from './route-actions.ts'

describe('rules', () => {
  test.each([
    ['GET', '/api/agents', 'agents:read'],
    ['HEAD', '/api/agents', 'agents:read'],
    ['GET', '/api/agents/', 'agents:read'],
    ['PUT', '/api/agents/123', 'agents:write'],
    ['POST', '/workflow/v1/chat/completions', 'flows:run'],
    ['POST', '/workflow/v1/debug/chat/completions', 'flows:write'],
    ['GET', '/api/runs/7/events', 'runs:read'],
    ['POST', '/api/runs/7/cancel', 'runs:write'],
    ['GET', '/v2/app/key/680ab54f', 'keys:write'],
    ['GET', '/v2/app/list', 'apps:read'],
    ['POST', '/api/hooks/secret', 'open'],
    ['GET', '/', 'open'],
  ] as const)('%s %s asks for %s', (method, path, rule) => {
    expect(ruleOf(method, path)).toBe(rule)
    expect(actionOf(method, path)).toBe(rule === 'open' ? undefined : rule)
  })

  test.each([
    ['PATCH', '/api/agents/123'],
    ['GET', '/api/agentsx'],
    ['GET', '/API/agents'],
    ['GET', '/api/agents/1/2/3/4'],
    ['GET', '/api/runs//events'],
    ['GET', '//api/agents'],
    ['OPTIONS', '/api/agents'],
    ['GET', '/constructor'],
    ['constructor', '/api/agents'],
    ['GET', ''],
    ['GET', '*'],
  ])('%s %s is no route, so it is nobody\u2019s but the root key\u2019s', (method, path) => {
    expect(ruleOf(method, path)).toBeUndefined()
    expect(actionOf(method, path)).toBeUndefined()
  })

  test('a row is a method, a path and a known rule', () => {
    for (const [route, rule] of Object.entries(ROUTE_RULES)) {
      expect(route).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/(([\w.-]+|\{\w+\})(\/([\w.-]+|\{\w+\}))*)?$/)
      expect(rule === 'open' || rule === 'self' || isAction(rule)).toBe(true)
    }
  })

  test('no two rows are the same route under other names of its parameters', () => {
    const shapes = Object.keys(ROUTE_RULES).map((route) => route.replaceAll(/\{\w+\}/g, '{}'))
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([])
  })
})

describe('scopes', () => {
  test('no preset, and no key at all, can make keys, apps, members or models', () => {
    const held = [...KEY_ACTIONS, ...Object.values(SCOPE_PRESETS).flat()]
    const never = ACTIONS.filter((action) => /^(apps|keys|spaces|members|users|models):write$|^audit/.test(action))
    expect(never).toHaveLength(7)
    expect(held.filter((action) => never.includes(action))).toEqual([])
  })

  test('a key that only runs sees and changes nothing', () => {
    expect(SCOPE_PRESETS['run-only'].filter((action) => !action.endsWith(':run'))).toEqual([])
    expect(isScopePreset('run-only')).toBe(true)
    expect(isScopePreset('toString')).toBe(false)
    expect(isAction('toString')).toBe(false)
  })
})
