export { allow, forbid, usersLet } from './access';
export { openEpoch } from './epoch';
export { EventBatch, NotYet } from './event-batch';
export {
  KafkaDriver,
  type ConsumerOptions,
  type FetchedBatch,
  type KafkaDriverOptions,
  type KafkaSettings,
  type LogConsumer,
} from './kafka';
export { LiveIndex, type StateIndex } from './live-index';
export {
  HEADER,
  HEARTBEAT_KEY,
  HEARTBEAT_TYPE,
  numberOf,
  STATE_TYPE,
  type Message,
  type SequenceNumber,
} from './message';
export { messagingMetrics } from './metrics';
export { ParkedMessages, type ParkedMessage } from './parked';
export { StateProjection, type Staleness, type StateProjectionOptions } from './projection';
export {
  AppendFailed,
  RecordProducer,
  type AppendOptions,
  type RecordMessage,
  type RecordProducerOptions,
} from './record-producer';
export { Redrives } from './redrives';
export { Relay, type RelayOptions } from './relay';
export { ensureTopics, type EnsureTopicsOptions, type TopicsReport } from './topics';
export { connectBus, KafkaTransport, type KafkaTransportOptions } from './transport';
