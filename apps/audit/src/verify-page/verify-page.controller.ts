import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { knows, Public } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { VerifyPage } from './verify-page';

const HTML = 'text/html';

@ApiTags('audit')
@Controller('audit/verify')
export class VerifyPageController {
  constructor(private readonly verifyPage: VerifyPage) {}

  /** Page that verifies evidence packages, proofs and exports in the reader's own browser, and sends nothing anywhere. */
  @Public()
  @Get()
  @ApiProduces(HTML)
  @ApiOkResponse({ content: { [HTML]: { schema: { type: 'string' } } } })
  async page(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const { html, etag, policy } = await this.verifyPage.page();
    void reply.headers({
      etag,
      'cache-control': 'public, max-age=300',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    if (knows(known, etag)) return void reply.code(304);
    reply.type('text/html; charset=utf-8');
    return html;
  }
}
