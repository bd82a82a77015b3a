import type { Language } from '@qiongtong/platform';
import { NAME } from './words';

type Files = Readonly<{ styles: readonly string[]; scripts: readonly string[] }>;

const LANGUAGES = [
  ['zh', 'zh-CN', '中文'],
  ['en', 'en', 'English'],
] as const satisfies readonly (readonly [Language, string, string])[];

/** No script and no style stands in it: its policy allows none. */
export function page(language: Language, { styles, scripts }: Files): string {
  const [, tag] = LANGUAGES.find(([code]) => code === language)!;
  const title = language === 'zh' ? NAME[0] : NAME[1];
  const document = `/v1/openapi.json?lang=${language}`;
  const withoutScripts =
    language === 'zh'
      ? `本页需要 JavaScript;也可直接阅读 <a href="${document}">OpenAPI 文档</a>。`
      : `This page needs JavaScript; the <a href="${document}">OpenAPI document</a> can be read without.`;
  const links = LANGUAGES.map(
    ([code, lang, name]) =>
      `<a href="/v1/docs?lang=${code}" lang="${lang}" hreflang="${lang}"${code === language ? ' aria-current="true"' : ''}>${name}</a>`,
  );
  return `<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${styles.map((file) => `<link rel="stylesheet" href="/v1/docs/${file}">`).join('\n')}
</head>
<body data-document="${document}" data-language="${language}">
<header><nav>${links.join('')}</nav></header>
<main id="api"></main>
<noscript>${withoutScripts}</noscript>
${scripts.map((file) => `<script src="/v1/docs/${file}" defer></script>`).join('\n')}
</body>
</html>
`;
}
