// What verify.mjs takes from `node:fs`, `node:os`, `node:path` and `node:url`, over the files that were chosen on the page.
const files = new Map();

export const give = (name, bytes) => files.set(name, Buffer.from(bytes));
export const forget = () => files.clear();

export function readFileSync(name, encoding) {
  const bytes = files.get(name);
  if (!bytes) throw Object.assign(new Error(`there is no file ${name}`), { code: 'ENOENT' });
  return encoding ? bytes.toString(encoding) : bytes;
}
export async function* createReadStream(name) {
  yield readFileSync(name);
}
export const realpathSync = (name) => name;
export const fileURLToPath = (url) => url;
export const join = (...parts) => parts.join('/');

const none = () => {
  throw new Error('a page has no folders');
};
export {
  none as dirname,
  none as mkdirSync,
  none as mkdtempSync,
  none as rmSync,
  none as tmpdir,
  none as writeFileSync,
};
