import { Logger } from '@nestjs/common';
import { operatorCommand } from './operator-command';

Logger.overrideLogger(false);
void operatorCommand({ args: process.argv.slice(2), env: process.env, say: console.log, complain: console.error }).then(
  (code) => process.exit(code),
);
