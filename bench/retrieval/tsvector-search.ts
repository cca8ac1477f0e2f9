import type postgres from 'postgres'

/** PostgreSQL's full-text search as its manual sets it up: a stored tsvector, a GIN index, any of the query's words, ranked by ts_rank with length. */
export const createTsvectorSearch = async (sql: postgres.Sql, documents: { id: string; text: string }[]) => {
  await sql`create table bench_text (id text primary key, words tsvector not null)`
  for (const { id, text } of documents) {
    await sql`insert into bench_text values (${id}, to_tsvector('english', ${text}))`
  }
  await sql`create index on bench_text using gin (words)`
  await sql`analyze bench_text`
  return {
    async search(text: string, limit: number): Promise<string[]> {
      const rows = await sql<{ id: string }[]>`
        select id from bench_text, (select replace(plainto_tsquery('english', ${text})::text, '&', '|')::tsquery as query) asked
        where words @@ query order by ts_rank(words, query, 1) desc, id limit ${limit}`
      return rows.map((row) => row.id)
    },
  }
}
