declare module 'js-yaml' {
  /** Every document of a file. */
  export function loadAll(text: string): unknown[];
}
