export * from './access-tokens';
export * from './hmac';
export * from './hop-guard';
export * from './hop-keys';
export * from './hop-tokens';
export * from './shown-once';
