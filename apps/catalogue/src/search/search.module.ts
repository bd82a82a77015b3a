import { Module } from '@nestjs/common';
import { LivePolicy } from '../policy/live-policy';
import { CurrentRows } from './current-rows';
import { LiveSearchIndex } from './live-index';
import { SearchPages } from './pages';
import { Readings } from './readings';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { SearchStore } from './search.store';

@Module({
  controllers: [SearchController],
  providers: [SearchService, SearchPages, Readings, CurrentRows, LiveSearchIndex, SearchStore, LivePolicy],
})
export class SearchModule {}
