import { pipeline, Readable } from 'node:stream';
import { DataFactory, StreamWriter, type Quad } from 'n3';
import { CONTEXT, iriOf, PREFIXES, TERMS, type Node, type TermName } from './terms';

export const DCAT_FORMS = ['jsonld', 'turtle'] as const;
export type DcatForm = (typeof DCAT_FORMS)[number];
export const DCAT_MEDIA_TYPES: Readonly<Record<DcatForm, string>> = {
  jsonld: 'application/ld+json',
  turtle: 'text/turtle; charset=utf-8',
};

/**
 * The form that an `Accept` header likes best; JSON-LD where it likes both alike, names neither, or is not there.
 * @param accept such as `text/turtle;q=0.9, application/ld+json;q=0.5`
 */
export function formFor(accept = ''): DcatForm {
  const wanted = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, q: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  /** Of the narrowest range that names one of them. */
  const liking = (...ranges: readonly string[]) => wanted.find(({ type }) => ranges.includes(type))?.q;
  const any = liking('*/*') ?? 0;
  const turtle = liking('text/turtle', 'application/x-turtle') ?? liking('text/*') ?? any;
  const jsonld = liking('application/ld+json', 'application/json') ?? liking('application/*') ?? any;
  return turtle > jsonld ? 'turtle' : 'jsonld';
}

/** Written as it is read, so that a catalogue of any size takes no room. */
export const written = (form: DcatForm, nodes: AsyncIterable<Node>): Readable =>
  form === 'turtle' ? turtle(nodes) : Readable.from(jsonLd(nodes), { objectMode: false });

async function* jsonLd(nodes: AsyncIterable<Node>): AsyncGenerator<string> {
  yield `{"@context":${JSON.stringify(CONTEXT)},"@graph":[`;
  let first = true;
  for await (const node of nodes) {
    yield (first ? '\n' : ',\n') + JSON.stringify(node);
    first = false;
  }
  yield '\n]}\n';
}

function turtle(nodes: AsyncIterable<Node>): Readable {
  const writer = new StreamWriter({ prefixes: PREFIXES });
  // What breaks off breaks the answer off: the reader sees that it is not whole.
  return pipeline(Readable.from(quads(nodes)), writer, () => undefined);
}

async function* quads(nodes: AsyncIterable<Node>): AsyncGenerator<Quad> {
  for await (const node of nodes) yield* quadsOf(node);
}

const { literal, namedNode, quad } = DataFactory;
const TYPE = namedNode(iriOf('rdf:type'));

export function* quadsOf({ '@id': id, '@type': type, ...said }: Node): Generator<Quad> {
  const subject = namedNode(id);
  if (type) yield quad(subject, TYPE, namedNode(iriOf(type)));
  for (const [name, value] of Object.entries(said)) {
    const { is, values, ...way } = TERMS[name as TermName];
    const predicate = namedNode(iriOf(is));
    if (values === 'byLanguage') {
      for (const [language, texts] of Object.entries(value as object))
        for (const text of [texts].flat() as string[]) yield quad(subject, predicate, literal(text, language));
      continue;
    }
    for (const text of [value].flat() as string[])
      if (values !== 'nodes')
        yield quad(subject, predicate, values === 'text' ? literal(text) : literal(text, namedNode(iriOf(values)))); // prettier-ignore
      else if ('reverse' in way) yield quad(namedNode(text), predicate, subject);
      else yield quad(subject, predicate, namedNode(text));
  }
}
