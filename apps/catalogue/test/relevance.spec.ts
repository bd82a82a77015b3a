import type { Principal } from '@qiongtong/contracts';
import { aContent, aKeyItem, anItem, anOfficer } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { DEPARTMENTS, ENTRIES } from './relevance/entries';
import { QUERIES } from './relevance/queries';

const reader: Principal = anOfficer({ officerId: 'sjt-1', departmentId: 'sjt' });
let catalogue: RunningCatalogue;
const codes: string[] = [];

/** Published as they are, at days of no order: how they came about is not what is asked here. */
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(...Object.entries(DEPARTMENTS).map(([id, [name, regionCode]]) => ({ id, name, regionCode }))); // prettier-ignore
  const providers = Object.keys(DEPARTMENTS);
  const counts = new Map<string, number>();
  const rows = ENTRIES.map(([providerId, name, nameEn, items, abstract], i) => {
    const sequence = (counts.get(providerId) ?? 0) + 1;
    counts.set(providerId, sequence);
    const code = `${300_001 + providers.indexOf(providerId)}/${String(sequence).padStart(6, '0')}`;
    codes.push(code);
    const itemsOf = items.split(',').map((item, n) => (n === 0 ? aKeyItem({ code: 'item0', name: item }) : anItem({ code: `item${n}`, name: item }))); // prettier-ignore
    const content = aContent({ name, nameEn: nameEn || null, abstract, items: itemsOf });
    const publishedOn = new Date(Date.UTC(2025, 0, 1 + ((i * 7) % 400))).toISOString().slice(0, 10);
    return { id: code.replace('/', '-'), code, provider: providerId, content, published: publishedOn };
  });
  await catalogue.query(
    `INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, content,
       workflow, search_text, search_grams, published_on, updated_at)
     SELECT id, code, provider, 'PUBLISHED', content ->> 'sharingType', content ->> 'metadataVisibility', 1, content,
       '{}', '', '{}', published, now()
     FROM jsonb_to_recordset($1::jsonb) AS given (id text, code text, provider text, content jsonb, published date)`,
    [JSON.stringify(rows)],
  );
  for (const giveUpAt = Date.now() + 10_000; Number((await search('')).total) < rows.length;)
    if (Date.now() > giveUpAt) throw new Error('not all can be searched in time');
});
afterAll(() => catalogue?.close());

const search = async (text: string) => {
  const { body } = await catalogue.call('GET', `/v1/catalogue/search?limit=5&q=${encodeURIComponent(text)}`, reader);
  return body as { items: { name: string; rank: string }[]; total: number };
};

describe('the relevance set', () => {
  it('[R5.4] has enough of both', () => {
    expect([ENTRIES.length >= 150, QUERIES.length >= 60, new Set(codes).size]).toEqual([true, true, ENTRIES.length]);
  });

  it.each(QUERIES)('[R5.4] %s', async (query, ...expected) => {
    const { items } = await search(query);
    const first = items.map(({ name }) => name);
    // Where none is expected, none may come.
    expect(first.slice(0, Math.max(1, expected.length))).toEqual(expected);
  });
});
