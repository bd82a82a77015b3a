import { Pool } from 'undici';

/** Reads at a steady pace in a process of its own: what goes on at the gateways while something is revoked. */
export type Reads = Readonly<{
  urls: readonly string[];
  path: string;
  headers: Record<string, string>;
  perSecond: number;
}>;

const LANES = 4;

process.once('disconnect', () => process.exit(0));
process.once('message', (message) => {
  const { urls, path, headers, perSecond } = message as Reads;
  const everyMs = (1000 * LANES) / perSecond;
  let answered = 0;
  for (const url of urls) {
    const pool = new Pool(url, { connections: LANES });
    const lane = async (): Promise<never> => {
      for (let next = performance.now() + Math.random() * everyMs; ; next += everyMs) {
        await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
        // One that falls behind goes on from here: nothing is made up for in a burst.
        next = Math.max(next, performance.now() - everyMs);
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
        await body.dump();
        if (statusCode !== 200) throw new Error(`a read was answered ${statusCode}`);
        answered++;
      }
    };
    for (let i = 0; i < LANES; i++) void lane();
  }
  process.on('message', () => process.send!(answered));
});
