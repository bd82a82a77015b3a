import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The sample: organisations and resources with their items. It lies beside the sources; the build leaves it there. */
export const sample = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'src', 'demo', 'sample-data.json'), 'utf8'),
) as typeof import('./sample-data.json');
