/** The part of `@lancedb/lancedb` 0.39 and `apache-arrow` 18.1 that the engine uses. Neither is a dependency: see find-lancedb.ts. */
export interface LanceModule {
  lance: {
    connect(folder: string): Promise<LanceConnection>
    Index: {
      fts(options: Record<string, unknown>): unknown
      btree(): unknown
      ivfPq(options: Record<string, unknown>): unknown
    }
    MatchQuery: new (text: string, column: string, options?: { boost?: number }) => object
    BooleanQuery: new (clauses: [string, object][]) => object
    Occur: { Should: string }
  }
  /** `apache-arrow`, whose classes are only ever handed on to LanceDB. */
  arrow: ArrowModule
}

export interface LanceConnection {
  openTable(name: string): Promise<LanceTable>
  createEmptyTable(name: string, schema: unknown): Promise<LanceTable>
  dropTable(name: string): Promise<void>
  tableNames(options?: { startAfter?: string; limit?: number }): Promise<string[]>
}

/** An open table stays at the version it was opened at, whatever others commit. */
export interface LanceTable {
  add(data: unknown): Promise<unknown>
  delete(predicate: string): Promise<unknown>
  countRows(filter?: string): Promise<number>
  createIndex(column: string, options: { config: unknown }): Promise<void>
  listIndices(): Promise<{ name: string; columns: string[] }[]>
  indexStats(name: string): Promise<{ numIndexedRows: number; numUnindexedRows: number } | undefined>
  optimize(options: { cleanupOlderThan: Date }): Promise<unknown>
  query(): LanceQuery
  vectorSearch(vector: Float32Array): LanceVectorQuery
  close(): void
}

export interface LanceQuery {
  fullTextSearch(query: object): this
  where(predicate: string): this
  select(columns: string[]): this
  limit(rows: number): this
  toArrow(): Promise<LanceResult>
}

export interface LanceVectorQuery extends LanceQuery {
  distanceType(type: 'cosine'): this
  bypassVectorIndex(): this
  nprobes(partitions: number): this
  refineFactor(factor: number): this
}

/** An Arrow table. */
export interface LanceResult {
  numRows: number
  getChild(column: string): { get(row: number): unknown } | null
}

type Constructor = new (...parameters: unknown[]) => unknown

export interface ArrowModule {
  Field: Constructor
  Schema: new (fields: unknown[]) => { fields: unknown[] }
  Int64: Constructor
  Utf8: Constructor
  Binary: Constructor
  Float32: Constructor
  FixedSizeList: Constructor
  Struct: Constructor
  Table: Constructor
  RecordBatch: Constructor
  makeData(properties: Record<string, unknown>): unknown
  vectorFromArray(values: unknown, type: unknown): { data: unknown[] }
}
