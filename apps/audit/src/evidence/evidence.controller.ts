import type { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { EvidenceQuery } from './evidence.dto';
import { EvidenceService } from './evidence.service';

const ZIP = 'application/zip';

@ApiTags('audit')
@Controller('v1/audit/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  /** All entries about one thing that the caller may know of, with proofs, in a ZIP that is verified offline. */
  @Get()
  @ApiProduces(ZIP)
  @ApiOkResponse({ content: { [ZIP]: { schema: { type: 'string', format: 'binary' } } } })
  async package(@CurrentPrincipal() by: Principal, @Query() asked: EvidenceQuery): Promise<StreamableFile> {
    const zip = await this.evidence.package(by, asked);
    return new StreamableFile(zip as Readable, { type: ZIP, disposition: 'attachment; filename="evidence.zip"' });
  }
}
