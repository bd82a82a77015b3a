import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { FEED_CHANNELS, FEED_STARTS, subscriptionRequestOf, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, type HopRequest, type Page } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { releaseOf } from '../policy/release-of';
import { FIELDS_SCHEMA } from '../records/fields-schema';
import { PositionDto, ReceiptDto } from './subscriptions.dto';
import { SubscriptionsService, type SubscriptionView } from './subscriptions.service';

const REQUEST = {
  type: 'object',
  additionalProperties: false,
  properties: {
    channel: {
      type: 'string',
      enum: [...FEED_CHANNELS],
      default: 'WEBHOOK',
      description: 'KAFKA: messages of a topic of its own, `feed.<id>`',
    },
    url: {
      type: 'string',
      maxLength: 500,
      description: 'WEBHOOK: HTTPS address at a listed node, to which batches are posted',
    },
    fields: FIELDS_SCHEMA,
    from: { type: 'string', enum: [...FEED_STARTS], default: 'NOW' },
  },
};

@Controller('v1')
export class SubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post('resources/:resourceId/subscriptions')
  @Idempotent()
  @ApiOperation({ summary: 'Have changes of a hosted resource sent to one’s system, signed, each batch decided anew' })
  @ApiBody({ schema: REQUEST })
  async open(
    @Param('resourceId') resourceId: string,
    @Body() body: object,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionView> {
    const opened = await this.subscriptions.open(
      releaseOf(request, 'subscribe', resourceId),
      resourceId,
      subscriptionRequestOf(body),
    );
    void reply.header('location', `/v1/subscriptions/${opened.id}`);
    return opened;
  }

  @Get('subscriptions')
  @ApiOperation({ summary: 'Subscriptions of one’s own department, the latest first' })
  list(@Query() page: PageQuery, @CurrentPrincipal() by: Principal): Promise<Page<SubscriptionView>> {
    return this.subscriptions.list(by, page);
  }

  @Get('subscriptions/:subscriptionId')
  @ApiOperation({ summary: 'How a subscription of one’s own department goes' })
  one(@Param('subscriptionId') id: string, @CurrentPrincipal() by: Principal): Promise<SubscriptionView> {
    return this.subscriptions.one(id, by);
  }

  @Post('subscriptions/:subscriptionId/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send nothing for now; by the system that subscribed, or the responsible officer' })
  pause(@Param('subscriptionId') id: string, @CurrentPrincipal() by: Principal): Promise<SubscriptionView> {
    return this.subscriptions.steer(id, 'pause', by);
  }

  @Post('subscriptions/:subscriptionId/resumption')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on where it stopped; also after it was disabled' })
  resume(@Param('subscriptionId') id: string, @CurrentPrincipal() by: Principal): Promise<SubscriptionView> {
    return this.subscriptions.steer(id, 'resume', by);
  }

  @Post('subscriptions/:subscriptionId/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the subscription for good' })
  end(@Param('subscriptionId') id: string, @CurrentPrincipal() by: Principal): Promise<SubscriptionView> {
    return this.subscriptions.steer(id, 'end', by);
  }

  @Post('subscriptions/:subscriptionId/rewinds')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have everything after a position told again' })
  rewind(
    @Param('subscriptionId') id: string,
    @Body() { position }: PositionDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SubscriptionView> {
    return this.subscriptions.rewind(id, position, by);
  }

  @Post('subscriptions/:subscriptionId/receipts')
  @HttpCode(200)
  @ApiOperation({ summary: 'Acknowledge everything up to a batch, with the digest of what was received' })
  acknowledge(
    @Param('subscriptionId') id: string,
    @Body() receipt: ReceiptDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SubscriptionView> {
    return this.subscriptions.acknowledge(id, receipt, by);
  }
}
