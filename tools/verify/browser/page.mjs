// The page: what is chosen on it goes to verify.mjs, the same as for the command, and nowhere else.
import { run } from '../verify.mjs';
import { inChinese } from './chinese.mjs';
import { forget, give } from './files.mjs';

const byId = (id) => document.getElementById(id);
const text = (id) => byId(id).value.trim();

/** Which of the command's checks a file is for; null for none of them. */
export function commandFor(bytes) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'package';
  const [first = ''] = new TextDecoder().decode(bytes.subarray(0, 100_000)).split('\n');
  if (/^\s*\{"origin":.*"publicKey":/.test(first)) return 'log';
  try {
    const answer = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof answer !== 'object' || answer === null) return null;
    if ('older' in answer && 'newer' in answer) return 'consistency';
    return 'entries' in answer || 'entry' in answer ? 'proof' : null;
  } catch {
    return null;
  }
}

/** The key itself, also out of the answer of the service. */
function keyIn(value, field) {
  try {
    return String(JSON.parse(value)[field] ?? '');
  } catch {
    return value;
  }
}

/** @returns what the command says: `{status, text}` */
export async function check(bytes, { key, sm2, checkpoint }) {
  const command = commandFor(bytes);
  if (!command) return { status: 2, text: 'This is no evidence package, no proof and no export of the log.' };
  const name = keyIn(key, 'key');
  if (name === '') return { status: 2, text: 'The public key of the log is missing.' };
  forget();
  give('chosen', bytes);
  const options = ['--key', name];
  const second = sm2 && keyIn(sm2, 'sm2Key');
  if (second) options.push('--sm2', second);
  if (checkpoint) {
    give('checkpoint', Buffer.from(`${checkpoint}\n`));
    options.push('--checkpoint', 'checkpoint');
  }
  const result = await run([command, 'chosen', ...options]);
  forget();
  return result;
}

function show({ status, text: said }) {
  const output = byId('result');
  output.dataset.status = ['holds', 'wrong', 'incomplete'][status];
  output.hidden = false;
  byId('said-zh').textContent = inChinese(said);
  byId('said-en').textContent = said;
  output.focus();
}

function speak(language) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = byId(`title-${language}`).textContent;
  for (const button of document.querySelectorAll('nav button'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
}

if (globalThis.document) {
  for (const button of document.querySelectorAll('nav button'))
    button.addEventListener('click', () => speak(button.dataset.language));
  speak(navigator.language.toLowerCase().startsWith('zh') || !navigator.language ? 'zh' : 'en');
  byId('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const [file] = byId('file').files;
    if (!file) return show({ status: 2, text: 'No file was chosen.' });
    const bytes = new Uint8Array(await file.arrayBuffer());
    show(await check(bytes, { key: text('key'), sm2: text('sm2'), checkpoint: text('checkpoint') }));
  });
}
