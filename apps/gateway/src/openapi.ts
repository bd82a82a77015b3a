import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gatewayDocument } from './document';

/** Writes the document of the whole API; run by a person after a change, compared by a test. */
writeFileSync(resolve(__dirname, '../openapi.json'), `${JSON.stringify(gatewayDocument().document, null, 2)}\n`);
