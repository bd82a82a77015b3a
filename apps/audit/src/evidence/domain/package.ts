import { createHash } from 'node:crypto';

/** An entry with its proof against the checkpoint of the package. */
export type Proved = Readonly<{ index: number; leafHash: string; entry: string; proof: readonly string[] }>;
export type Contents = Readonly<{
  /** Id that every entry names. */
  about: string;
  origin: string;
  key: string;
  checkpoint: string;
  size: number;
  entries: readonly Proved[];
  /** That the checkpoint extends an earlier one, when one was named. */
  consistency: Readonly<{ from: number; to: number; proof: readonly string[]; older: string; newer: string }> | null;
}>;
export type File = Readonly<{ name: string; content: Buffer }>;

export const FORMAT = 'qiongtong-evidence-1';
/** In the order in which they stand in the archive. */
export function filesOf(contents: Contents): File[] {
  const { about, origin, key, checkpoint, size, entries, consistency } = contents;
  const file = (name: string, text: string): File => ({ name, content: Buffer.from(text) });
  const files = [
    file('key.txt', `${key}\n`),
    file('checkpoint.txt', checkpoint),
    file('entries.ndjson', entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    ...(consistency ? [file('consistency.json', `${JSON.stringify(consistency)}\n`)] : []),
    file('摘要.md', summary(contents)),
  ];
  const manifest = {
    format: FORMAT,
    about,
    origin,
    size,
    entries: entries.length,
    files: files.map(({ name, content }) => ({
      name,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  };
  return [file('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`), ...files];
}

type Said = Readonly<{ at: string; type: string; producer: string }>;
/** Text of others in a table: neither a cell of its own nor a link or a tag. */
const cell = (text: string): string =>
  text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[|\\`<>[\]*_]/g, (character) => `\\${character}`);

function summary({ about, origin, size, entries, consistency }: Contents): string {
  const rows = entries.map(({ index, entry }) => {
    const { at, type, producer } = JSON.parse(entry) as Said;
    return `| ${index} | ${cell(at)} | ${cell(type)} | ${cell(producer)} |`;
  });
  return [
    `# 证据包摘要:${cell(about)}`,
    '',
    `本证据包取自审计日志“${cell(origin)}”的前 ${size} 条,收录与 ${cell(about)} 有关的 ${entries.length} 条事实。`,
    '每条事实均附包含证明,可据已签名的检查点(checkpoint.txt)验证其在日志中且未被改动。',
    ...(consistency ? [`另附一致性证明:前 ${consistency.from} 条此后未被改动。`] : []),
    '',
    '验证方法:取得验证程序 verify.mjs,并从可信途径取得日志公钥,运行',
    '`node verify.mjs package 证据包.zip --key 公钥`。无须联网,也无须平台的任何服务。',
    '',
    '本摘要仅便于阅读,以 entries.ndjson 中的原文为准。',
    '',
    '| 序号 | 时间 | 事实 | 来源 |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
