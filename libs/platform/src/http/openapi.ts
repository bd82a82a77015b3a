import { readFileSync, writeFileSync } from 'node:fs';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { ServiceName } from '@qiongtong/contracts';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { PlatformConfig } from '../config';
import { describeValidatedClasses } from './validation-schema';

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; `next` says what the caller can do.',
  required: ['type', 'title', 'status', 'code', 'detail', 'next'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    requirement: { type: 'string' },
    article: { type: 'integer' },
    detail: { type: 'string' },
    next: { type: 'string' },
    about: { type: 'array', items: { type: 'string' } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: { pointer: { type: 'string' }, message: { type: 'string' } },
      },
    },
    decisionId: { type: 'string' },
    traceId: { type: 'string' },
  },
} as const;

export type OpenApiDocument = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of a service, made from its controllers. Nothing is instantiated: no database, no broker.
 * @param module what the service gives to `bootService`; it gets a configuration without meaning
 */
export async function openApiOf<C extends PlatformConfig>(
  name: ServiceName,
  module: (config: C) => DynamicModule | Type,
  config: C = Object.assign(new PlatformConfig(), { HOP_KEYS_DIR: '' }) as C,
): Promise<OpenApiDocument> {
  describeValidatedClasses((target, property) =>
    defaultMetadataStorage.findTypeMetadata(target, property)?.typeFunction(),
  );
  const app = await NestFactory.create<NestFastifyApplication>(module(config), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  try {
    const about = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle(`Qiongtong ${name}`)
      .setVersion('v1')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' }, 'accessToken')
      .addSecurityRequirements('accessToken')
      .build();
    const document = SwaggerModule.createDocument(app, about, {
      autoTagControllers: false,
      // Unique in the document: several controllers have a `list`.
      operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
    }) as unknown as {
      components: { schemas: Record<string, unknown> };
      paths: Record<string, Record<string, Operation>>;
    };
    document.components.schemas['Problem'] = PROBLEM;
    for (const operations of Object.values(document.paths))
      for (const operation of Object.values(operations)) operation.responses['default'] = REFUSED;
    return sorted(JSON.parse(JSON.stringify(document))) as OpenApiDocument;
  } finally {
    await app.close();
  }
}

type Operation = { responses: Record<string, unknown> };
const REFUSED = {
  description: 'Refused',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The same document always gives the same text. */
export const openApiText = (document: OpenApiDocument): string => `${JSON.stringify(document, null, 2)}\n`;

/** For the generator that a person runs; tests compare and never write. */
export async function writeOpenApi<C extends PlatformConfig>(
  name: ServiceName,
  module: (config: C) => DynamicModule | Type,
  file: string,
): Promise<void> {
  writeFileSync(file, openApiText(await openApiOf(name, module)));
}

/** Null when the committed document is what the code gives, else the first line that differs. */
export async function openApiDifference<C extends PlatformConfig>(
  name: ServiceName,
  module: (config: C) => DynamicModule | Type,
  file: string,
): Promise<string | null> {
  const [made, committed] = [openApiText(await openApiOf(name, module)), readFileSync(file, 'utf8')].map((text) =>
    text.split('\n'),
  );
  const at = made!.findIndex((line, index) => line !== committed![index]);
  if (at < 0 && made!.length === committed!.length) return null;
  const line = Math.max(at, 0);
  return `${file}:${line + 1} has ${committed![line] ?? 'nothing'} where the code gives ${made![line] ?? 'nothing'}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
