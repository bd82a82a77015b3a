import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, IfMatch, Public, Roles, type Page } from '@qiongtong/platform';
import { ChannelKey, type KeySet } from '../channel/channel-key';
import { PROVIDER_CONTRACT } from '../channel/contract';
import { EndpointDto, EndpointsQuery } from './endpoints.dto';
import { EndpointsService, type EndpointView } from './endpoints.service';

@Controller('v1')
export class EndpointsController {
  constructor(
    private readonly endpoints: EndpointsService,
    private readonly key: ChannelKey,
  ) {}

  @Put('resources/:resourceId/endpoint')
  @Roles('RESPONSIBLE_OFFICER')
  @ApiOperation({
    summary: 'Say where the provider answers for a resource that stays with it; `If-Match: "0"` for the first time',
  })
  register(
    @Param('resourceId') resourceId: string,
    @Body() wanted: EndpointDto,
    @IfMatch() revision: number,
    @CurrentPrincipal() by: Principal,
  ): Promise<EndpointView> {
    return this.endpoints.register(resourceId, wanted, revision, by);
  }

  @Get('resources/:resourceId/endpoint')
  @ApiOperation({
    summary: 'Where the provider answers, and how it goes; for the provider, overseers and the operator',
  })
  one(@Param('resourceId') resourceId: string, @CurrentPrincipal() by: Principal): Promise<EndpointView> {
    return this.endpoints.one(resourceId, by);
  }

  @Get('channel-endpoints')
  @ApiOperation({
    summary: 'Who answers where, and how it goes: one’s own, those of one’s region, or all for the operator',
  })
  list(@Query() query: EndpointsQuery, @CurrentPrincipal() by: Principal): Promise<Page<EndpointView>> {
    return this.endpoints.list(query, by);
  }

  @Get('channel-keys')
  @Public()
  @ApiOperation({ summary: 'Keys by which providers check that a call is the exchange’s (JWK set)' })
  keys(): KeySet {
    return this.key.published;
  }

  @Get('channel-contract')
  @Public()
  @ApiOperation({ summary: 'What a provider’s endpoint does, as an OpenAPI 3.1 document' })
  contract(): object {
    return PROVIDER_CONTRACT;
  }
}
