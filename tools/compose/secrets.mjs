// Makes, once, the secrets of a platform on one machine: each of them in the folder of whoever may read it. What is there
// is kept. Runs before everything else of docker-compose.yml, and again without effect.
//   node secrets.mjs FOLDER   (FOLDER has one folder for each reader)
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = process.argv[2];
/** Services that speak to each other over HTTP; each pair has keys of its own. */
const PAIRS = [
  'authorisation-gateway',
  'catalogue-gateway',
  'exchange-gateway',
  'audit-gateway',
  'audit-exchange',
  'authorisation-exchange',
  'authorisation-catalogue',
];
/** Role, whose database, who connects by which key. */
const ROLES = [
  ['authorisation', 'authorisation', 'database-url'],
  ['catalogue', 'catalogue', 'database-url'],
  ['exchange', 'exchange', 'database-url'],
  ['exchange-reader', 'exchange', 'reader-database-url'],
  ['audit', 'audit', 'database-url'],
];

let made = 0;
const keep = (make, ...copies) => {
  const known = copies.find((path) => existsSync(path));
  const value = known === undefined ? make() : readFileSync(known, 'utf8');
  if (known === undefined) made++;
  for (const path of copies) write(path, value);
  return value.trim();
};

// Each folder is seen by its own containers alone, under users of different numbers.
function write(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, value);
  chmodSync(dirname(path), 0o755);
  chmodSync(path, 0o444);
}

const password = () => randomBytes(24).toString('hex');
keep(password, join(folder, 'postgres', 'superuser'));
for (const [role, database, key] of ROLES) {
  const secret = keep(password, join(folder, 'postgres', role));
  const user = role.replace('-', '_');
  write(join(folder, database, key), `postgres://${user}:${secret}@postgres:5432/${database}`);
}
const hopKey = () =>
  JSON.stringify({ keys: [{ kid: randomBytes(6).toString('hex'), key: randomBytes(32).toString('base64url') }] });
for (const pair of PAIRS) {
  const names = pair.split('-');
  keep(hopKey, ...names.map((name) => join(folder, name, 'hop-keys', `${names.toSorted().join('-')}.json`)));
}
console.log(`${made} secrets made, the others kept`);
