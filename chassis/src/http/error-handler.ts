import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type AppError, findAppError } from '../errors.ts';
import { PROBLEM_MEDIA_TYPE, type Problem, problem } from './problem.ts';
import { faultsOf } from './validation.ts';

const NOT_JSON = 'The body is not valid JSON, or it has a key that is not allowed: __proto__ or constructor.prototype.';

const FRAMEWORK_PROBLEMS: Record<string, [status: number, code: string, detail: string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'malformed_json', NOT_JSON],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'malformed_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large', 'The body is too large; at most 64 KiB are accepted.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: [400, 'malformed_url', 'The path is not validly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'uri_too_long', 'A part of the path is too long.'],
};

/** Answers every error as a problem document. An unknown one keeps its message to the log, which the answer's `errorId` finds. */
export function createErrorHandler(asAppError: (error: unknown) => AppError | undefined = findAppError) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const known = asAppError(error);
    const body = (known && appProblem(known)) ?? requestProblem(error, request) ?? internalProblem(error, request);
    if (body.status === 503) {
      request.log.warn({ code: body.code, err: error }, 'a dependency is away');
      reply.header('retry-after', '1');
    }
    sendProblem(reply, body);
  };
}

/** Sends a problem document whole, past the route's response schemas, which know no extension members. */
export function sendProblem(reply: FastifyReply, body: Problem): void {
  void reply.code(body.status).type(PROBLEM_MEDIA_TYPE).serializer(JSON.stringify).send(body);
}

function appProblem({ kind, status, code, message, extensions }: AppError): Problem | undefined {
  if (kind === 'bug') return undefined;
  if (kind === 'transient') return problem(503, code, message, extensions);
  return problem(status ?? (kind === 'invalid' ? 400 : 409), code, message, extensions);
}

function requestProblem(error: FastifyError, request: FastifyRequest): Problem | undefined {
  if (error.validation) return validationProblem(error, request);
  const framework = FRAMEWORK_PROBLEMS[error.code];
  if (framework) return problem(...framework);
  const status = error.statusCode ?? 500;
  const title = STATUS_CODES[status];
  if (status < 400 || status > 499 || !title) return undefined;
  return problem(status, title.toLowerCase().replaceAll(/[^a-z]+/g, '_'), `${title}.`);
}

function validationProblem({ validation = [], validationContext = 'body' }: FastifyError, request: FastifyRequest): Problem {
  if (validationContext === 'body' && request.body === undefined) {
    return problem(400, 'malformed_json', 'The body is empty; this request needs a JSON body.');
  }
  const errors = faultsOf(validation, validationContext);
  const first = errors[0];
  const where = first?.pointer ?? first?.parameter;
  const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
  return problem(400, 'invalid_request', `The request is not valid: ${where || 'the body'} ${first?.detail}${more}.`, { errors });
}

function internalProblem(error: FastifyError, request: FastifyRequest): Problem {
  const errorId = randomUUID();
  request.log.error({ errorId, err: error }, 'internal error');
  return problem(500, 'internal_error', 'Something went wrong here; it is logged under the errorId.', { errorId });
}
