/**
 * Header fields in the order in which they came. Names keep their spelling, for peers that mind it; they are looked up in lower case.
 * Values are Latin-1 text, one character a byte (RFC 9110, section 5.5).
 */
export class HeaderList {
  #names: string[]
  #keys: string[]
  #values: string[]
  /** Another list has the same names. */
  #isShared = false
  #derivation: ((list: HeaderList, facts: string) => string) | undefined
  #blindTo: ReadonlySet<string> | undefined
  #facts: string | undefined
  #derived: string | undefined

  constructor(names: string[] = [], keys: string[] = [], values: string[] = []) {
    this.#names = names
    this.#keys = keys
    this.#values = values
  }

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
    if (this.#isShared) this.#ownNames()
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
    if (this.#isShared) this.#ownNames()
    for (let at = this.#keys.indexOf(key); at >= 0; at = this.#keys.indexOf(key, at)) {
      this.#names.splice(at, 1)
      this.#keys.splice(at, 1)
      this.#values.splice(at, 1)
    }
  }

  #ownNames(): void {
    this.#names = [...this.#names]
    this.#keys = [...this.#keys]
    this.#isShared = false
  }

  /** The lower-case name of the field at a place. */
  keyAt(place: number): string | undefined {
    return this.#keys[place]
  }

  /** The same fields with other values at some places. What was derived is kept where it does not look at those. */
  withValues(places: readonly number[], values: readonly string[]): HeaderList {
    const list = new HeaderList(this.#names, this.#keys, this.#values.slice())
    this.#isShared = true
    list.#isShared = true
    let isSeen = false
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] ?? 0
      list.#values[place] = values[at] ?? ''
      if (!this.#blindTo?.has(this.#keys[place] ?? '')) isSeen = true
    }
    if (!isSeen) {
      list.#derivation = this.#derivation
      list.#facts = this.#facts
      list.#derived = this.#derived
      list.#blindTo = this.#blindTo
    }
    return list
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
   * (see head-memo.ts). It is the same whatever the fields `blindTo` hold.
   */
  remember(derive: (list: HeaderList, facts: string) => string, facts: string, blindTo?: ReadonlySet<string>): string {
    if (this.#derived === undefined || this.#derivation !== derive || this.#facts !== facts) {
      this.#derivation = derive
      this.#facts = facts
      this.#blindTo = blindTo
      this.#derived = derive(this, facts)
    }
    return this.#derived
  }

  /** Name and value of each field, names in lower case. */
  *[Symbol.iterator](): Generator<[key: string, value: string]> {
    for (let at = 0; at < this.#keys.length; at += 1) yield [this.#keys[at] ?? '', this.#values[at] ?? '']
  }
}
