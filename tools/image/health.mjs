// The health check of an image: no shell and no curl, only the service's own answer.
const { PORT = '8080', HEALTH_PATH = '/health/ready' } = process.env;
fetch(`http://127.0.0.1:${PORT}${HEALTH_PATH}`, { signal: AbortSignal.timeout(4_000) }).then(
  (answer) => process.exit(answer.ok ? 0 : 1),
  () => process.exit(1),
);
