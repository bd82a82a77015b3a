// Runs the page's script where there is nothing that only Node has: `[{file, key, sm2, checkpoint}, …]` on standard
// input, `[{status, text, chinese}, …]` on standard output. Needs --experimental-vm-modules.
import { readFileSync } from 'node:fs';
import { createContext, SourceTextModule } from 'node:vm';
import { script } from './build.mjs';
import { inChinese } from './chinese.mjs';

const context = createContext({ TextDecoder, TextEncoder });
const page = new SourceTextModule(await script(), { context });
await page.link(() => {
  throw new Error('the script needs another file');
});
await page.evaluate();
const results = [];
for (const { file, ...asked } of JSON.parse(readFileSync(0, 'utf8'))) {
  const { status, text } = await page.namespace.check(new Uint8Array(readFileSync(file)), asked);
  results.push({ status, text, chinese: inChinese(text) });
}
process.stdout.write(JSON.stringify(results));
