import { readFileSync } from 'node:fs';

/** The keys of a service's configuration that say who it is to the broker. */
export type KafkaIdentity = Readonly<{
  /** SCRAM-SHA-512 user; none on a broker that asks for no name. */
  KAFKA_USERNAME?: string;
  /** File with the user's password. */
  KAFKA_PASSWORD_FILE?: string;
  KAFKA_TLS?: boolean;
  /** PEM of the authorities that the broker's certificate must come from; those of the system where absent. */
  KAFKA_CA_FILE?: string;
}>;

/** How a client connects, in the words that both clients share. Throws when a file cannot be read. */
export function securityOf(identity: KafkaIdentity): {
  tls?: { ca?: string };
  sasl?: { username: string; password: string };
} {
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD_FILE: password, KAFKA_TLS: tls, KAFKA_CA_FILE: ca } = identity;
  return {
    ...(tls ? { tls: ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') } } : {}),
    ...(username === undefined || password === undefined
      ? {}
      : { sasl: { username, password: readFileSync(password, 'utf8').trim() } }),
  };
}
