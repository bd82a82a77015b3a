import { Module } from '@nestjs/common';
import { AssignmentStore } from './assignment.store';
import { ElementStore } from './element.store';

/** What is kept of elements and of who collects them, for the slices that ask. */
@Module({ providers: [ElementStore, AssignmentStore], exports: [ElementStore, AssignmentStore] })
export class CollectionModule {}
