import { expect, test } from 'bun:test'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { createDeployments } from './deployments.ts'

const deployment = (port: number) => ({ settings: loadConfig(SETTINGS, { PORT: String(port) }), pools: [] })

test('a deployment on its way is that of the slots it has reached, and of nobody else', () => {
  const [old, next] = [deployment(1), deployment(2)]
  const deployments = createDeployments(old)
  deployments.stage({ pool: 'a', slot: 1 }, next)
  deployments.stage({ pool: 'b' }, next)
  expect([deployments.staged('a', 0), deployments.staged('a', 1), deployments.staged('b', 7)]).toEqual([
    undefined,
    next,
    next,
  ])
  deployments.unstage({ pool: 'a', slot: 1 })
  expect(deployments.staged('a', 1)).toBeUndefined()
  expect(deployments.current).toBe(old)
})

test('once it holds for everybody, nothing is on its way', () => {
  const deployments = createDeployments(deployment(1))
  deployments.stage({ pool: 'a', slot: 1 }, deployment(2))
  const third = deployment(3)
  deployments.become(third)
  expect([deployments.current, deployments.staged('a', 1)]).toEqual([third, undefined])
})
