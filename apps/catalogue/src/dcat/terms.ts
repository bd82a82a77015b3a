/** Namespaces of DCAT 3, DCAT-AP 3 and what they borrow. */
export const PREFIXES = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;
type Prefixed = `${keyof typeof PREFIXES}:${string}`;

/** What the values of a term are: texts by language, other nodes, plain texts, or texts of a type. */
type Values = 'byLanguage' | 'nodes' | 'text' | Prefixed;
type Term = Readonly<{ is: Prefixed; values: Values; reverse?: true }>;
const term = <V extends Values>(is: Prefixed, values: V) => ({ is, values });

/**
 * Every term that the export uses: one table gives the JSON-LD context and the triples of Turtle. The terms in reverse let
 * a catalogue of any size be written dataset by dataset.
 */
export const TERMS = {
  accessRights: term('dct:accessRights', 'nodes'),
  accessService: term('dcat:accessService', 'nodes'),
  accessURL: term('dcat:accessURL', 'nodes'),
  accrualPeriodicity: term('dct:accrualPeriodicity', 'nodes'),
  agentType: term('dct:type', 'nodes'),
  availability: term('dcatap:availability', 'nodes'),
  contactName: term('vcard:fn', 'text'),
  contactPoint: term('dcat:contactPoint', 'nodes'),
  description: term('dct:description', 'byLanguage'),
  distribution: term('dcat:distribution', 'nodes'),
  endpointDescription: term('dcat:endpointDescription', 'nodes'),
  endpointURL: term('dcat:endpointURL', 'nodes'),
  format: term('dct:format', 'nodes'),
  homepage: term('foaf:homepage', 'nodes'),
  identifier: term('dct:identifier', 'text'),
  inCatalogue: { ...term('dcat:dataset', 'nodes'), reverse: true },
  inScheme: term('skos:inScheme', 'nodes'),
  issued: term('dct:issued', 'xsd:date'),
  keyword: term('dcat:keyword', 'byLanguage'),
  label: term('rdfs:label', 'byLanguage'),
  landingPage: term('dcat:landingPage', 'nodes'),
  language: term('dct:language', 'nodes'),
  license: term('dct:license', 'nodes'),
  mediaType: term('dcat:mediaType', 'nodes'),
  modified: term('dct:modified', 'xsd:dateTime'),
  name: term('foaf:name', 'byLanguage'),
  notation: term('skos:notation', 'text'),
  prefLabel: term('skos:prefLabel', 'byLanguage'),
  publisher: term('dct:publisher', 'nodes'),
  relation: term('dct:relation', 'nodes'),
  rights: term('dct:rights', 'nodes'),
  servedBy: { ...term('dcat:servesDataset', 'nodes'), reverse: true },
  service: term('dcat:service', 'nodes'),
  source: term('dct:source', 'nodes'),
  spatial: term('dct:spatial', 'nodes'),
  theme: term('dcat:theme', 'nodes'),
  themeTaxonomy: term('dcat:themeTaxonomy', 'nodes'),
  title: term('dct:title', 'byLanguage'),
  version: term('dcat:version', 'text'),
} as const satisfies Record<string, Term>;
export type TermName = keyof typeof TERMS;

export type ByLanguage = Readonly<Partial<Record<'zh' | 'en', string | readonly string[]>>>;
type ValueOf<T extends TermName> = (typeof TERMS)[T]['values'] extends 'byLanguage'
  ? ByLanguage
  : string | readonly string[];
/** One thing and what is said of it, in the terms of the context. Everything has an IRI: nothing is nameless. */
export type Node = Readonly<{ '@id': string; '@type'?: Prefixed } & { [T in TermName]?: ValueOf<T> }>;

const CONTAINER: Partial<Record<Values, object>> = {
  byLanguage: { '@container': '@language' },
  nodes: { '@type': '@id' },
  text: {},
};

export const CONTEXT: Readonly<Record<string, unknown>> = {
  ...PREFIXES,
  ...Object.fromEntries(
    Object.entries<Term>(TERMS).map(([name, { is, values, reverse }]) => [
      name,
      { [reverse ? '@reverse' : '@id']: is, ...(CONTAINER[values] ?? { '@type': values }) },
    ]),
  ),
};

export function iriOf(prefixed: string): string {
  const colon = prefixed.indexOf(':');
  return PREFIXES[prefixed.slice(0, colon) as keyof typeof PREFIXES] + prefixed.slice(colon + 1);
}
