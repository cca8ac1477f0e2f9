/**
 * Header fields in the order in which they came. Names keep their spelling, for peers that mind it; they are looked up in lower case.
 * Values are Latin-1 text, one character a byte (RFC 9110, section 5.5).
 */
export class HeaderList {
  readonly #names: string[] = []
  readonly #keys: string[] = []
  readonly #values: string[] = []
  #derivation: ((list: HeaderList, facts: string) => string) | undefined
  #facts: string | undefined
  #derived: string | undefined

  static from(fields: Readonly<Record<string, string>>): HeaderList {
    const list = new HeaderList()
    for (const [name, value] of Object.entries(fields)) list.add(name, value)
    return list
  }

  get size(): number {
    return this.#keys.length
  }

  add(name: string, value: string): void {
    this.addRead(name, name.toLowerCase(), value)
  }

  /** The same for whoever has the name in lower case already. */
  addRead(name: string, key: string, value: string): void {
    this.#derived = undefined
    this.#names.push(name)
    this.#keys.push(key)
    this.#values.push(value)
  }

  /** The value, several joined as RFC 9110, section 5.3 allows; null when there is none, as in the Fetch standard. */
  get(key: string): string | null {
    let found: string | null = null
    for (let at = 0; at < this.#keys.length; at += 1) {
      if (this.#keys[at] !== key) continue
      const value = this.#values[at] ?? ''
      found = found === null ? value : `${found}, ${value}`
    }
    return found
  }

  has(key: string): boolean {
    return this.#keys.includes(key)
  }

  count(key: string): number {
    let count = 0
    for (const candidate of this.#keys) if (candidate === key) count += 1
    return count
  }

  set(name: string, value: string): void {
    this.delete(name)
    this.add(name, value)
  }

  delete(name: string): void {
    const key = name.toLowerCase()
    this.#derived = undefined
    for (let at = this.#keys.indexOf(key); at >= 0; at = this.#keys.indexOf(key, at)) {
      this.#names.splice(at, 1)
      this.#keys.splice(at, 1)
      this.#values.splice(at, 1)
    }
  }

  /** Lines as they go over the wire, each with its end, but for those whose key `isLeftOut`. */
  toLines(isLeftOut: (key: string) => boolean): string {
    let lines = ''
    for (let at = 0; at < this.#keys.length; at += 1) {
      if (isLeftOut(this.#keys[at] ?? '')) continue
      lines += `${this.#names[at]}: ${this.#values[at]}\r\n`
    }
    return lines
  }

  /**
   * What `derive` makes of this list and `facts`, made once for the same facts: a list that is not changed any more may serve many messages
   * (see head-memo.ts).
   */
  remember(derive: (list: HeaderList, facts: string) => string, facts: string): string {
    if (this.#derived === undefined || this.#derivation !== derive || this.#facts !== facts) {
      this.#derivation = derive
      this.#facts = facts
      this.#derived = derive(this, facts)
    }
    return this.#derived
  }

  /** Name and value of each field, names in lower case. */
  *[Symbol.iterator](): Generator<[key: string, value: string]> {
    for (let at = 0; at < this.#keys.length; at += 1) yield [this.#keys[at] ?? '', this.#values[at] ?? '']
  }
}
