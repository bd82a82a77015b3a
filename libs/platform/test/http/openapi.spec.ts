import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiDifference, openApiOf, writeOpenApi } from '../../src';
import { notesModule } from './service';

describe('the OpenAPI document of a service', () => {
  it('is made of its routes and the rules of its bodies, without a database or a broker', async () => {
    const document = await openApiOf('catalogue', notesModule);
    expect(document['openapi']).toBe('3.1.0');
    expect(Object.keys(document['paths'] as object)).toEqual(expect.arrayContaining(['/v1/notes', '/v1/notes/{id}']));
    expect(Object.keys(document['paths'] as object)).not.toContain('/health/ready');
    expect(document['components']).toMatchObject({
      schemas: {
        NoteBody: {
          type: 'object',
          required: ['title', 'count'],
          properties: {
            title: { type: 'string', maxLength: 100 },
            count: { type: 'integer' },
            agreed: { type: 'boolean', enum: [true] },
            parts: { type: 'array', items: { $ref: '#/components/schemas/Part' }, default: [] },
          },
        },
        Part: { required: ['name'], properties: { name: { type: 'string' } } },
        Problem: { type: 'object' },
      },
    });
    const { get } = (document['paths'] as Record<string, { get: { parameters: object[] } }>)['/v1/notes']!;
    expect(get.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        in: 'query',
        required: false,
        schema: expect.objectContaining({ minimum: 1, maximum: 200, default: 50 }) as object,
      }),
    );
  });

  it('is compared with what is committed, naming the line that differs', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'qiongtong-openapi-')), 'openapi.json');
    await writeOpenApi('catalogue', notesModule, file);
    expect(await openApiDifference('catalogue', notesModule, file)).toBeNull();
    const changed = readFileSync(file, 'utf8').replace('"3.1.0"', '"3.0.0"');
    writeFileSync(file, changed);
    expect(await openApiDifference('catalogue', notesModule, file)).toContain('3.0.0');
    expect(readFileSync(file, 'utf8')).toBe(changed);
  });
});
