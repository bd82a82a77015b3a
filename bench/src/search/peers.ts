import { Pool } from 'pg';
import { quantile } from '../report';
import type { Measured } from '../load';
import type { Question } from './questions';

/** Few at once, so that a slow query is measured and not its queue. */
const CONNECTIONS = 4;

export const PEERS = ['ILIKE', 'pg_trgm'] as const;
export type Peer = (typeof PEERS)[number];

/**
 * The same answer by one statement on flat columns: the page in the same order, how many there are, and the same facets.
 * For ILIKE the index is kept out of the plan.
 */
const STATEMENT = `
  WITH hit AS MATERIALIZED (
    SELECT id, provider_id, class, sharing_type, cycle, format, published_on, name ILIKE $1 AS in_name
    FROM bench_entry
    WHERE body ILIKE $1 AND (visibility <> 'HIDDEN' OR provider_id = $2) AND ($3::text IS NULL OR sharing_type = $3)),
  page AS (SELECT id FROM hit ORDER BY in_name DESC, published_on DESC, id LIMIT 21),
  facets AS (
    SELECT provider_id, class, sharing_type, cycle, format, count(*) AS n FROM hit
    GROUP BY GROUPING SETS ((), (provider_id), (class), (sharing_type), (cycle), (format)))
  SELECT (SELECT json_agg(page) FROM page) AS page, (SELECT json_agg(facets) FROM facets) AS facets`;

export const PEER_TABLE = `
  CREATE TABLE bench_entry (id text PRIMARY KEY, provider_id text, class text, sharing_type text, cycle text, format text,
    visibility text, published_on date, name text, body text)`;
export const FILL_PEER = `
  INSERT INTO bench_entry
  SELECT id, provider_id, content ->> 'classification', sharing_type, content ->> 'updateCycle', content ->> 'formatCategory',
    metadata_visibility, published_on, content ->> 'name',
    concat_ws(' ', content ->> 'name', content ->> 'nameEn', content ->> 'abstract',
      jsonb_path_query_array(content, '$.items[*].name')::text)
  FROM entry WHERE id = ANY($1)`;

export async function askPeer(url: string, peer: Peer, questions: readonly Question[], seconds: number): Promise<Measured> {
  const options = peer === 'ILIKE' ? '-c enable_bitmapscan=off -c enable_indexscan=off' : '-c enable_seqscan=off';
  const pool = new Pool({ connectionString: url, max: CONNECTIONS, options });
  const latencies: number[] = [];
  const from = performance.now();
  let at = 0;
  try {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        do {
          const { word, sharingType, departmentId } = questions[at++ % questions.length]!;
          const begun = performance.now();
          await pool.query(STATEMENT, [`%${word}%`, departmentId, sharingType ?? null]);
          latencies.push(performance.now() - begun);
        } while (performance.now() - from < seconds * 1000);
      }),
    );
  } finally {
    await pool.end();
  }
  const value = latencies.length / ((performance.now() - from) / 1000);
  return { value, answers: latencies.length, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), statuses: {} };
} // prettier-ignore
