import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { toRDF } from 'jsonld';
import { Parser, Store, type Quad } from 'n3';
import Validator from 'rdf-validate-shacl';

const SHAPES = new Store(new Parser().parse(readFileSync(resolve(__dirname, 'dcat-ap.shapes.ttl'), 'utf8')));
const SHACL = 'http://www.w3.org/ns/shacl#';

export const ofTurtle = (text: string): Quad[] => new Parser({ format: 'text/turtle' }).parse(text);
/** Read by a processor of JSON-LD, which nothing but the standard tells what the context means. */
export async function ofJsonLd(text: string): Promise<Quad[]> {
  const nquads = await toRDF(JSON.parse(text) as object, { format: 'application/n-quads' });
  return new Parser({ format: 'application/n-quads' }).parse(nquads);
}

/** What DCAT-AP finds: `path of which thing`, by severity. */
export async function foundBy(quads: readonly Quad[]): Promise<Readonly<Record<'violations' | 'warnings', string[]>>> {
  const { results } = await new Validator(SHAPES).validate(new Store([...quads]));
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
