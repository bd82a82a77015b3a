import { readConfig } from './config';
import { startIdentity } from './server';

const say = (line: object): void =>
  void process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), service: 'dev-identity', ...line })}\n`,
  );

const started = async () => startIdentity(readConfig(), say);
started().then(
  (identity) => {
    const end = () => void identity.close().then(() => process.exit(0));
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  },
  (error: Error) => {
    say({ level: 'fatal', msg: error.message });
    process.exit(1);
  },
);
