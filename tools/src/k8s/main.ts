import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '@qiongtong/testing';
import { kafkaUsers } from './kafka-users';

// With a prefix it is printed, for the overlay of whoever shares a cluster.
const prefix = process.argv[2];
if (prefix !== undefined) console.log(kafkaUsers(prefix));
else writeFileSync(join(WORKSPACE, 'k8s', 'overlays', 'production', 'kafka-users.yaml'), kafkaUsers());
