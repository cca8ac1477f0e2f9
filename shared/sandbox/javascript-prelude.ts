/**
 * What runs inside QuickJS before a program: it makes `console`, and returns what the host calls. It keeps the built-ins that it needs, so that a
 * program which replaces them harms itself alone. Nothing but texts passes between the host and the program.
 *
 * `(write) => { start(exports, inputs), refuse(error), settled() }`: `start` calls main once its module is ready, `refuse` answers for a program that did
 * not load; `settled` is the answer as JSON, or undefined while main's promise is open.
 */
export const JAVASCRIPT_PRELUDE = `(function (write) {
  'use strict'
  const MESSAGE_CHARACTERS = 8192
  const { parse, stringify } = JSON
  const { isArray } = Array
  const { isFinite } = Number
  const { apply } = Reflect
  const PromiseOfStart = Promise
  const then = Promise.prototype.then
  const { slice } = String.prototype
  const text = String
  let answer

  const show = (value) => {
    if (typeof value === 'string') return value
    try {
      const shown = typeof value === 'object' && value !== null ? (value instanceof Error ? describe(value) : stringify(value)) : undefined
      return shown === undefined ? text(value) : shown
    } catch {
      return '[a value that cannot be shown]'
    }
  }
  const describe = (error) => {
    try {
      if (!(error instanceof Error)) return 'Uncaught ' + show(error)
      const stack = typeof error.stack === 'string' && error.stack !== '' ? '\\n' + error.stack : ''
      return text(error.name) + ': ' + text(error.message) + stack
    } catch {
      return 'Uncaught [a value that cannot be shown]'
    }
  }
  const log = (...values) => {
    let line = ''
    for (let at = 0; at < values.length; at += 1) line += (at === 0 ? '' : ' ') + show(values[at])
    write(line)
  }
  Object.defineProperty(globalThis, 'console', {
    value: { log, info: log, warn: log, error: log, debug: log }, configurable: true, writable: true,
  })

  const fail = (fault, message) => {
    answer = stringify({ fault, message: apply(slice, message, [0, MESSAGE_CHARACTERS]) })
  }
  const raised = (error) => fail('raised', describe(error))
  const kindOf = (value) => (value === null ? 'null' : isArray(value) ? 'an array' : typeof value)
  const refuseInfinite = (key, value) => {
    if (typeof value === 'number' && !isFinite(value)) throw new TypeError(key + ' is ' + value)
    return value
  }
  const accept = (result) => {
    if (typeof result !== 'string' && (typeof result !== 'object' || result === null || isArray(result)))
      return fail('result', 'main returned ' + kindOf(result) + ', not an object')
    try {
      const json = stringify(result, refuseInfinite)
      if (json === undefined) return fail('result', 'the result is not JSON')
      answer = '{"result":' + json + '}'
    } catch (error) {
      fail('result', 'the result is not JSON: ' + (error instanceof Error ? text(error.message) : show(error)))
    }
  }
  const call = (exports, inputs) => {
    const main = typeof exports === 'function' || exports === undefined ? exports : exports.default ?? exports.main
    if (typeof main !== 'function') return fail('no-main', 'the code defines no function main, and exports none')
    const result = main(parse(inputs))
    if (result instanceof PromiseOfStart) apply(then, result, [accept, raised])
    else accept(result)
  }
  return {
    start(exports, inputs) {
      const begin = (ready) => {
        try {
          call(ready, inputs)
        } catch (error) {
          raised(error)
        }
      }
      if (exports instanceof PromiseOfStart) apply(then, exports, [begin, raised])
      else begin(exports)
    },
    refuse: raised,
    settled: () => answer,
  }
})`
