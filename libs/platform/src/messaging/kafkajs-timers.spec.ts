import './kafkajs-timers';

type Queue = {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  checkPendingRequests(): void;
  push(request: object): void;
  destroy(): void;
};
const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;

describe('the request queue of kafkajs', () => {
  const sent: number[] = [];
  const queue = (): Queue =>
    new RequestQueue({
      maxInFlightRequests: null,
      requestTimeout: 30_000,
      enforceRequestTimeout: false,
      clientId: 'test',
      broker: 'test',
      logger: { debug: () => undefined },
    });
  const request = (correlationId: number): object => ({
    entry: { correlationId, resolve: () => undefined, reject: () => undefined },
    expectResponse: false,
    requestTimeout: null,
    sendRequest: () => sent.push(correlationId),
  });
  beforeEach(() => {
    jest.useFakeTimers();
    sent.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('arms no timer while nothing waits', () => {
    queue().checkPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends what waited when the broker no longer throttles, and is at rest afterwards', () => {
    const throttled = queue();
    throttled.throttledUntil = Date.now() + 50;
    throttled.push(request(1));
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(sent).toEqual([1]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
