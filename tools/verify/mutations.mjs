// Runs the offline command once for each way in which one byte of a file may be wrong, all in one process:
// mutations.mjs FILE NAMED ARGUMENTS…, where NAMED is a pattern of what names the place. Prints what was not found.
import { readFileSync, writeFileSync } from 'node:fs';
import { run } from './verify.mjs';

const [file, named, ...args] = process.argv.slice(2);
const original = readFileSync(file);
const flipped = (bits) => (at) => {
  const changed = Buffer.from(original);
  changed[at] ^= bits;
  return changed;
};
const WAYS = {
  'its lowest bit': flipped(0x01),
  'its case': flipped(0x20),
  'its highest bit': flipped(0x80),
  left_out: (at) => Buffer.concat([original.subarray(0, at), original.subarray(at + 1)]),
  doubled: (at) => Buffer.concat([original.subarray(0, at), original.subarray(at, at + 1), original.subarray(at)]),
};

const missed = [];
let tried = 0;
for (let at = 0; at < original.length; at += 1)
  for (const [way, changed] of Object.entries(WAYS)) {
    writeFileSync(file, changed(at));
    const { status, text } = await run(args);
    tried += 1;
    if (status !== 1 || !new RegExp(named, 'u').test(text)) missed.push({ at, way, text });
  }
writeFileSync(file, original);
console.log(
  JSON.stringify({ bytes: original.length, tried, missed: missed.slice(0, 5), whole: (await run(args)).status }),
);
