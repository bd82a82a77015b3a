import { Module } from '@nestjs/common';
import { AssignmentStore } from './assignment.store';
import { ElementStore } from './element.store';
import { OneSourceRule } from './one-source.rule';
import { SourceStore } from './source.store';
import { WaiverStore } from './waiver.store';

const KEPT = [ElementStore, AssignmentStore, SourceStore, WaiverStore];

/** What is kept of elements and of who collects them, and the rule that entries are asked. */
@Module({ providers: [...KEPT, OneSourceRule], exports: [...KEPT, OneSourceRule] })
export class CollectionModule {}
