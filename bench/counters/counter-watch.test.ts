import { expect, test } from 'bun:test'
import { createCounterWatch } from './counter-watch.ts'

const text = (requests: number, bucket: number, gauge = 1) => `# HELP a Requests.
# TYPE a counter
a{service="x"} ${requests}
# TYPE s histogram
s_bucket{le="+Inf"} ${bucket}
s_sum 0.5
s_count ${bucket}
# TYPE g gauge
g ${gauge}
`

test('what grows or stays is right, a gauge may do as it likes', () => {
  const watch = createCounterWatch()
  for (const page of [text(1, 1, 9), text(1, 2, 3), text(5, 2, 0)]) watch.read(page)
  expect(watch.violations()).toEqual([])
  expect(watch.seen()).toEqual({ series: 4, comparisons: 8 })
})

test('a counter and a part of a histogram that become less are found, and so is one that vanishes', () => {
  const watch = createCounterWatch()
  watch.read(text(5, 2))
  watch.read(text(4, 1))
  watch.read('')
  expect(watch.violations()).toEqual([
    'a{service="x"}: 5, then 4',
    's_bucket{le="+Inf"}: 2, then 1',
    's_count: 2, then 1',
    'a{service="x"}: 4, then nothing',
    's_bucket{le="+Inf"}: 1, then nothing',
    's_sum: 0.5, then nothing',
    's_count: 1, then nothing',
  ])
})
