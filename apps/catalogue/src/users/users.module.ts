import { Module } from '@nestjs/common';
import { UserStore } from './user.store';
import { UsersConsumer } from './users.consumer';

@Module({ controllers: [UsersConsumer], providers: [UserStore], exports: [UserStore] })
export class UsersModule {}
