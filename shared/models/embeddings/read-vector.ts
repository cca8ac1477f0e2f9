import { ModelError } from '../model-error.ts'

const BYTES_PER_NUMBER = 4

/** A vector as a list of numbers, or as base64 of little-endian 32-bit floats. Throws MODEL_BAD_ANSWER for anything else, or one without numbers. */
export const readVector = (value: unknown): Float32Array => {
  const vector = typeof value === 'string' ? fromBase64(value) : fromList(value)
  if (vector.length === 0 || !vector.every(Number.isFinite)) throw noVector()
  return vector
}

const fromBase64 = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % BYTES_PER_NUMBER !== 0) throw noVector()
  const vector = new Float32Array(bytes.length / BYTES_PER_NUMBER)
  for (let place = 0; place < vector.length; place += 1) vector[place] = bytes.readFloatLE(place * BYTES_PER_NUMBER)
  return vector
}

const fromList = (value: unknown): Float32Array => {
  if (!Array.isArray(value) || !value.every((number) => typeof number === 'number')) throw noVector()
  return Float32Array.from(value)
}

const noVector = (): ModelError =>
  new ModelError('MODEL_BAD_ANSWER', 'The model answered with something that is no vector.')
