import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Quad } from 'n3';

const SHAPES = resolve(__dirname, '../shapes/dcat-ap.ttl');
const SHACL = 'http://www.w3.org/ns/shacl#';

// What reads RDF is large, and of all that use this library only a few tests do: it is loaded when it is asked for.
const n3 = () => import('n3');

export async function ofTurtle(text: string): Promise<Quad[]> {
  const { Parser } = await n3();
  return new Parser({ format: 'text/turtle' }).parse(text);
}

/** Read by a processor of JSON-LD, which nothing but the standard tells what the context means. */
export async function ofJsonLd(text: string): Promise<Quad[]> {
  const { toRDF } = await import('jsonld');
  const nquads = await toRDF(JSON.parse(text) as object, { format: 'application/n-quads' });
  const { Parser } = await n3();
  return new Parser({ format: 'application/n-quads' }).parse(nquads);
}

/** What the shapes written from the tables of DCAT-AP find: `path of which thing`, by severity. */
export async function foundByDcatAp(
  quads: readonly Quad[],
): Promise<Readonly<Record<'violations' | 'warnings', string[]>>> {
  const [{ Parser, Store }, { default: Validator }] = await Promise.all([n3(), import('rdf-validate-shacl')]);
  const shapes = new Store(new Parser().parse(readFileSync(SHAPES, 'utf8')));
  const { results } = await new Validator(shapes).validate(new Store([...quads]));
  const of = (severity: string) =>
    results
      .filter((result) => result.severity?.value === SHACL + severity)
      .map(({ path, focusNode }) => `${nameOf(path)} of ${focusNode?.value ?? ''}`)
      .sort();
  return { violations: of('Violation'), warnings: of('Warning') };
}

const nameOf = (path: unknown): string => {
  const value = String((path as { value?: unknown } | undefined)?.value ?? JSON.stringify(path));
  return value.slice(Math.max(value.lastIndexOf('#'), value.lastIndexOf('/')) + 1);
};
