import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Knows which connections have a request in hand. Node's server waits, when it closes, also for callers that keep a
 * connection and ask nothing.
 */
export class Connections {
  private readonly inHand = new Map<Socket, Set<ServerResponse>>();
  private ending = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.inHand.set(socket, new Set());
      socket.once('close', () => this.inHand.delete(socket));
      if (this.ending) socket.destroy();
    });
    server.prependListener('request', ({ socket }, response) => {
      const requests = this.inHand.get(socket);
      if (!requests) return;
      requests.add(response);
      if (this.ending) response.shouldKeepAlive = false;
      response.once('close', () => {
        requests.delete(response);
        if (this.ending && requests.size === 0) socket.end();
      });
    });
  }

  /** Lets go of every connection: at once where nothing is asked on it, else with the answer in hand. */
  end(): void {
    this.ending = true;
    for (const [socket, requests] of this.inHand) {
      if (requests.size === 0) socket.destroy();
      for (const response of requests) response.shouldKeepAlive = false;
    }
  }
}
