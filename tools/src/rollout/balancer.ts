import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '@qiongtong/testing';

/** Stands for a service before its instances, as a cluster's service address does: new connections go to each in turn. */
export class Balancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private instances: number[] = [];
  private turn = 0;

  private constructor(readonly port: number) {
    this.server = createServer((caller) => this.join(caller));
  }

  static async listen(): Promise<Balancer> {
    const balancer = new Balancer(await freePort());
    await new Promise<void>((resolve) => balancer.server.listen(balancer.port, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on new connections go to these alone; those that are open go on. */
  to(...urls: string[]): void {
    this.instances = urls.map((url) => Number(new URL(url).port));
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(caller: Socket): void {
    const port = this.instances[(this.turn += 1) % this.instances.length];
    if (port === undefined) return void caller.destroy();
    const instance = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [caller, instance],
      [instance, caller],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => this.sockets.delete(from));
      from.pipe(to);
    }
  }
}
