import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PlatformConfig } from '../config';
import { SchemaBehind } from '../database/data-source';
import { JsonLogger } from '../telemetry/logger';
import { bootService, type BootOptions } from './boot-service';
import { Drain } from './drain';
import { httpAdapter } from './server';

/** What the main file of a service does: it boots, or brings the schema of its database up to date and ends. */
export async function runService<C extends PlatformConfig>(options: BootOptions<C>): Promise<void> {
  try {
    if (options.config.MIGRATIONS === 'only') await migrateService(options);
    else await bootService(options);
  } catch (error) {
    // What somebody else must do first needs no stack.
    new Logger('boot').fatal(error instanceof SchemaBehind ? error.message : error);
    process.exit(1);
  }
}

/** Opening the database migrates it; nothing else of the service is started. */
async function migrateService<C extends PlatformConfig>(options: BootOptions<C>): Promise<void> {
  const { name, config } = options;
  const app = await NestFactory.create<NestFastifyApplication>(options.module(config), httpAdapter(config), {
    logger: new JsonLogger(name, config.LOG_LEVEL),
    abortOnError: false,
  });
  await app.get(Drain).run();
  new Logger('boot').log({ msg: 'the schema is up to date' });
  process.exit(0);
}
