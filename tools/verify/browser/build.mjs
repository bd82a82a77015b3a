// Makes the page of one file: `node build.mjs FILE`. Its script is verify.mjs itself, bundled for browsers.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const AUDIT = createRequire(join(HERE, '../../../apps/audit/package.json'));
const read = (name) => readFileSync(join(HERE, name), 'utf8');
const files = join(HERE, 'files.mjs');

/** The script alone, as a module that needs nothing but a browser. */
export async function script() {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'page.mjs')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',

    charset: 'ascii',
    inject: [join(HERE, 'buffer.mjs')],
    define: { 'process.argv': '[]' },
    alias: {
      'node:crypto': join(HERE, 'crypto.mjs'),
      'node:fs': files,
      'node:os': files,
      'node:path': files,
      'node:url': files,
      buffer: AUDIT.resolve('buffer/'),
    },
  });
  return outputFiles[0].text.trim();
}

const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export async function page() {
  const [code, style] = [`\n${await script()}\n`, `\n${read('page.css')}`];
  // Nothing may be fetched and nothing sent: what is chosen on the page stays on it.
  const policy = [
    "default-src 'none'",
    `script-src ${digest(code)}`,
    `style-src ${digest(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return read('page.html')
    .replace('%POLICY%', policy)
    .replace(/<style>\s*%STYLE%\s*<\/style>/, () => `<style>${style}</style>`)
    .replace(/>\s*%SCRIPT%\s*<\/script>/, () => `>${code}</script>`);
}

const [, command, target] = process.argv;
if (command && import.meta.url === pathToFileURL(command).href && target) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, await page());
}
