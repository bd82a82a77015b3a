/**
 * kafkajs 2.2.4 arms a timer after every answer to look for requests that wait, and again each time it goes off: 1 ms
 * apart, with nothing waiting, for every connection, and for ever once a connection was lost. Five idle connections
 * cost 5% of a core, and a process that had lost one did not end. A request that has to wait arms the timer itself, so
 * it is armed only while one does.
 */
type RequestQueue = { pending: readonly unknown[]; scheduleCheckPendingRequests(): void };

const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
const CALM = Symbol.for('qiongtong.kafkajs-timers');

if (!(CALM in prototype)) {
  const schedule = prototype.scheduleCheckPendingRequests;
  Object.defineProperty(prototype, CALM, { value: true });
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
