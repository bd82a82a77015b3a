/** What a route is called, in both languages. */
export type Title = readonly [zh: string, en: string];

/** Routes that belong together for a reader, by `METHOD /path` as the route table writes them. */
export type Section = Readonly<{
  name: Title;
  about: Title;
  routes: Readonly<Record<string, Title>>;
}>;
