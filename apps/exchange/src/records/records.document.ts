import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiQuery } from '@nestjs/swagger';
import { CONDITION_OPERATORS, RECORD_QUERY_LIMITS } from '@qiongtong/contracts';
import { FIELDS_SCHEMA } from './fields-schema';

const LINES = { 'application/x-ndjson': { schema: { type: 'string', description: 'A row on each line' } } };
const ROW = { type: 'object', additionalProperties: true };
const PAGE = {
  type: 'object',
  required: ['items', 'next'],
  properties: { items: { type: 'array', items: ROW }, next: { type: ['string', 'null'] } },
};
const CHANGES = {
  type: 'object',
  required: ['items', 'next', 'more'],
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['op', 'id'],
        properties: {
          op: { type: 'string', enum: ['upserted', 'removed'] },
          id: { type: 'string', description: 'Names the record for this reader; says nothing of its key' },
          row: { ...ROW, description: 'The row as it is now; only of what was upserted' },
        },
      },
    },
    next: { type: 'string', description: 'Cursor of what comes after' },
    more: { type: 'boolean', description: 'There is more now' },
  },
};
const FIELDS = {
  name: 'fields',
  required: false,
  description: 'Item codes, or `granted` for whatever the grant gives',
};
const LIMIT = {
  type: 'integer',
  minimum: 1,
  maximum: RECORD_QUERY_LIMITS.limit,
  default: RECORD_QUERY_LIMITS.defaultLimit,
};
const AS_OF = {
  name: 'asOf',
  required: false,
  schema: { type: 'string', format: 'date-time' },
  description: 'The moment whose state is read, as far back as changes are kept; the same one with each cursor',
};
const FILTER = {
  description: `{all: […]}, {any: […]} or {item, op, value}; op is one of ${CONDITION_OPERATORS.join(', ')}`,
  type: 'object',
};

/** What `RecordsRoutes` serves, for the OpenAPI document; it is never part of the running service. */
@Controller('v1/resources/:resourceId')
export class RecordsDocument {
  @Get('records/:key')
  @ApiOperation({ summary: 'One record by its key, under a release' })
  @ApiParam({ name: 'key', description: 'The key items’ values, each percent-encoded, joined by ~' })
  @ApiQuery(FIELDS)
  @ApiQuery(AS_OF)
  @ApiOkResponse({ content: { 'application/json': { schema: ROW } } })
  recordByKey(@Param('resourceId') _resourceId: string, @Param('key') _key: string): void {}

  @Get('records')
  @ApiOperation({ summary: 'Records by filter: a page, or a stream of lines by Accept' })
  @ApiQuery({ name: 'filter[item][op]', required: false, description: 'Repeated; without op it is eq' })
  @ApiQuery(FIELDS)
  @ApiQuery({ name: 'sort', required: false, description: 'Item codes, with - for descending' })
  @ApiQuery({ name: 'limit', required: false, schema: LIMIT })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery(AS_OF)
  @ApiOkResponse({ content: { 'application/json': { schema: PAGE }, ...LINES } })
  recordsByFilter(@Param('resourceId') _resourceId: string, @Query() _query: object): void {}

  @Get('changes')
  @ApiOperation({
    summary: 'What changed since a cursor, in order; `cursor=now` tells nothing and stands at the end, to begin from',
  })
  @ApiQuery(FIELDS)
  @ApiQuery({ name: 'limit', required: false, schema: LIMIT })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiOkResponse({ content: { 'application/json': { schema: CHANGES } } })
  changes(@Param('resourceId') _resourceId: string, @Query() _query: object): void {}

  @Post('records\\:query')
  @HttpCode(200)
  @ApiOperation({ summary: 'The same with the filter in the body, for items whose values must not stand in a URL' })
  @ApiBody({
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        filter: FILTER,
        fields: FIELDS_SCHEMA,
        sort: { type: 'array', items: { type: 'string' } },
        limit: LIMIT,
        cursor: { type: ['string', 'null'] },
        asOf: { ...AS_OF.schema, description: AS_OF.description },
      },
    },
  })
  @ApiOkResponse({ content: { 'application/json': { schema: PAGE }, ...LINES } })
  recordsByQuery(@Param('resourceId') _resourceId: string, @Body() _body: object): void {}

  @Post('records\\:verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Yes or no: are these the values of the record with this key?' })
  @ApiBody({
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'values'],
      properties: {
        key: { type: 'object', additionalProperties: { type: 'string' }, description: 'Every key item of the entry' },
        values: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      },
    },
  })
  @ApiOkResponse({
    content: {
      'application/json': {
        schema: { type: 'object', required: ['matches'], properties: { matches: { type: 'boolean' } } },
      },
    },
  })
  verifyRecord(@Param('resourceId') _resourceId: string, @Body() _body: object): void {}
}
