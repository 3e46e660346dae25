// Stands in for a service: answers /readyz, survives Ctrl-C like the real ones, ends on SIGTERM or when its supervisor is gone.
import { createServer } from 'node:http';

const name = process.argv[1]?.split('/').at(-3)?.replace('-svc', '').toUpperCase();
const port = Number(process.env[`${name}_SVC_PORT`] ?? process.env[`${name}_PORT`] ?? process.env.PORT);
const server = createServer((_, response) => response.end('{}')).listen(port, '127.0.0.1');
process.on('SIGINT', () => console.log('the terminal reached me'));
process.on('SIGTERM', () => {
  console.log('SIGTERM');
  if (process.env.DEAF !== undefined) return;
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
process.stdin.on('end', () => process.exit(0)).resume();
