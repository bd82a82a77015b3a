import { Module } from '@nestjs/common';
import { LivePolicy } from '../policy/live-policy';
import { LiveSearchIndex } from './live-index';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { SearchStore } from './search.store';

@Module({
  controllers: [SearchController],
  providers: [SearchService, LiveSearchIndex, SearchStore, LivePolicy],
})
export class SearchModule {}
