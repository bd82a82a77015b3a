import { Module } from '@nestjs/common';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { SearchStore } from './search.store';
import { TermFollower } from './term.follower';
import { TermStore } from './term.store';

@Module({
  controllers: [SearchController],
  providers: [SearchService, SearchStore, TermFollower, TermStore],
  exports: [SearchStore],
})
export class SearchModule {}
