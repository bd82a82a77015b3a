import { ApiProperty } from '@nestjs/swagger';
import { EntryPageView } from '../log/log.views';

export class SearchView extends EntryPageView {
  @ApiProperty({ description: 'Entries before this index have been searched; newer ones follow within seconds' })
  readonly searchedTo: number;
}
