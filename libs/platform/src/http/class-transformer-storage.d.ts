/** What `@Type` recorded; the package has it and does not declare it. */
declare module 'class-transformer/cjs/storage' {
  export const defaultMetadataStorage: {
    findTypeMetadata(target: object, property: string): { typeFunction: () => unknown } | undefined;
  };
}
