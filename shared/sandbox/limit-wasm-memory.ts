const PAGE_BYTES = 65_536

/** Lets no WebAssembly memory of this process be grown beyond `bytesMax` from JavaScript, which is how Emscripten's programs ask for more. */
export const limitWasmMemory = (bytesMax: number): void => {
  const { grow } = WebAssembly.Memory.prototype
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > bytesMax) throw new RangeError('the memory is full')
    return grow.call(this, pages)
  }
}
