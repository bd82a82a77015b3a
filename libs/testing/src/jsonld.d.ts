/** As far as the tests use it; the package brings no types. */
declare module 'jsonld' {
  export function toRDF(document: object, options: { format: 'application/n-quads' }): Promise<string>;
}
