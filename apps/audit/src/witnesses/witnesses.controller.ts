import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '@qiongtong/platform';
import { WitnessesService } from './witnesses.service';
import { WitnessesView } from './witnesses.views';

@ApiTags('audit')
@Controller('v1/audit/witnesses')
export class WitnessesController {
  constructor(private readonly witnesses: WitnessesService) {}

  /** Witnesses of the log, and the newest checkpoint that each has signed. */
  @Public()
  @Get()
  @ApiOkResponse({ type: WitnessesView })
  all(): Promise<WitnessesView> {
    return this.witnesses.all();
  }
}
