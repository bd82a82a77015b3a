import { Counter, Gauge, Histogram } from 'prom-client';

/** Registered in the process's default registry. */
export const messagingMetrics = {
  outboxDepth: new Gauge({
    name: 'qiongtong_outbox_depth',
    help: 'Messages that are committed and not yet published',
    labelNames: ['service'],
  }),
  relayLag: new Gauge({
    name: 'qiongtong_relay_lag_seconds',
    help: 'Age of the oldest message that is not yet published',
    labelNames: ['service'],
  }),
  relayLeader: new Gauge({
    name: 'qiongtong_relay_leader',
    help: '1 in the process whose relay holds the lease',
    labelNames: ['service'],
  }),
  relayBlocked: new Gauge({
    name: 'qiongtong_relay_blocked_topics',
    help: 'Topics that messages wait for and that do not exist',
    labelNames: ['service'],
  }),
  published: new Counter({
    name: 'qiongtong_outbox_published_total',
    help: 'Messages published by the relay',
    labelNames: ['service'],
  }),
  handled: new Counter({
    name: 'qiongtong_messages_handled_total',
    help: 'Messages given to a handler, or without one (outcome unhandled), or parked',
    labelNames: ['consumer', 'outcome'],
  }),
  gaps: new Counter({
    name: 'qiongtong_message_gaps_total',
    help: "Numbers missing in a producer's sequence",
    labelNames: ['consumer', 'topic'],
  }),
  parked: new Gauge({
    name: 'qiongtong_parked_messages',
    help: 'Messages parked and not yet driven again; alert when above 0',
    labelNames: ['consumer'],
  }),
  projectionAge: new Gauge({
    name: 'qiongtong_projection_age_seconds',
    help: "Age of what is known, the worst topic's",
    labelNames: ['service'],
  }),
  recordsQueued: new Gauge({ name: 'qiongtong_records_queued', help: 'Records waiting for the broker' }),
  recordSeconds: new Histogram({
    name: 'qiongtong_record_write_seconds',
    help: 'Time until the broker had a group of records',
    buckets: [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1, 5],
  }),
  recordGroups: new Histogram({
    name: 'qiongtong_record_group_size',
    help: 'Records that were written to the log together',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024],
  }),
};
