import { Logger } from '@nestjs/common';
import { topicsJob } from './topics-job';

// The client's own notes on each attempt; what remains of them is told at the end.
Logger.overrideLogger(false);
void topicsJob({ args: process.argv.slice(2), env: process.env, say: console.log, complain: console.error }).then(
  (code) => process.exit(code),
);
