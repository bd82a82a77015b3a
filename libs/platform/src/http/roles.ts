import { SetMetadata } from '@nestjs/common';
import type { Role } from '@qiongtong/contracts';

export const ROLES_NEEDED = 'qiongtong:roles';
/** The caller must hold one of them. Only the coarse check: which object it may touch is the service's to decide. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES_NEEDED, roles);
