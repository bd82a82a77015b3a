import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'qiongtong:public';
/** A route without a hop token. */
export const Public = () => SetMetadata(PUBLIC, true);
