import { Type } from 'typebox';
import type { HttpServer } from './instance.ts';

/** Whether each dependency can be used, by its name; `detail` tells why not. */
export type Checks = () => Promise<Record<string, { ok: boolean; detail?: string }>>;

const CheckResults = Type.Record(Type.String(), Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) }));
const Readiness = Type.Object({ status: Type.Enum(['ready', 'degraded', 'draining']), checks: CheckResults });

/** `/livez` says that the process runs, whatever its dependencies do; `/readyz` whether it can work, and if not, which dependency is away. */
export function serveHealth(app: HttpServer, checks: Checks): void {
  app.get('/livez', { logLevel: 'warn', schema: livezSchema }, async () => ({ status: 'ok' as const }));
  app.get('/readyz', { logLevel: 'warn', schema: readyzSchema }, async (_request, reply) => {
    const results = await checks();
    const healthy = Object.values(results).every(({ ok }) => ok);
    const status = app.drain.aborted ? 'draining' : healthy ? 'ready' : 'degraded';
    return reply.code(status === 'ready' ? 200 : 503).send({ status, checks: results });
  });
}

const livezSchema = {
  tags: ['health'],
  summary: 'Does the process run?',
  response: { 200: Type.Object({ status: Type.Literal('ok') }) },
};

const readyzSchema = {
  tags: ['health'],
  summary: 'Can it work, and if not, which dependency is away?',
  response: { 200: Readiness, 503: Readiness },
};
