import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { Connection } from '../reads/domain/named-use';

/**
 * Address and certificate of this very connection. Neither is ever believed from a header: systems' TLS ends here.
 */
export function connectionOf(request: FastifyRequest): Connection {
  const socket = request.raw.socket as Partial<TLSSocket> & FastifyRequest['raw']['socket'];
  return { address: plainAddress(socket.remoteAddress), certificate: thumbprintOf(socket) };
}

/** `::ffff:10.1.2.3` is 10.1.2.3 seen through a dual-stack socket. */
function plainAddress(address: string | undefined): string | null {
  if (!address) return null;
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** RFC 8705 `x5t#S256` of a client certificate that TLS verified. */
function thumbprintOf(socket: Partial<TLSSocket>): string | null {
  if (!socket.authorized || !socket.getPeerCertificate) return null;
  const { raw } = socket.getPeerCertificate();
  return raw ? createHash('sha256').update(raw).digest('base64url') : null;
}
