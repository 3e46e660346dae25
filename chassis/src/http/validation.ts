import { Ajv, type Options } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import type { Fault } from './problem.ts';

type ValidationError = FastifySchemaValidationError;

const createAjv = (options: Options): Ajv =>
  formats.default(
    new Ajv({
      allErrors: true,
      useDefaults: true,
      removeAdditional: false,
      strictTypes: false,
      strictTuples: false,
      addUsedSchema: false,
      ...options,
    }),
  );

/**
 * Compiles request schemas. Bodies are taken as they are: nothing is coerced or removed, so that `"3"` is not 3 and a misspelt field is a fault.
 * Query, path and header values, which only come as text, are coerced. Header names in schemas must be lower case.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const literal = createAjv({});
  const coercing = createAjv({ coerceTypes: 'array' });
  return ({ schema, httpPart }) => {
    if (httpPart === 'body') return literal.compile(schema);
    const validate = coercing.compile(schema);
    // Twice: ajv coerces 1e309 to Infinity and then skips every check on it; only the second pass sees that it is no number.
    return (values) => (validate(values) && validate(values) ? { value: values } : { error: validate.errors ?? [] });
  };
}

// A body of 64 KiB can hold tens of thousands of faults, and picking out branches takes their square: nobody reads more than these.
const MAX_ERRORS = 200;
const PARAMETER_PLACES: Record<string, 'query' | 'path' | 'header'> = { querystring: 'query', params: 'path', headers: 'header' };

/** The faults that a caller is told, one for each field or parameter. */
export function faultsOf(errors: readonly ValidationError[], httpPart: string): Fault[] {
  const details = new Map<string, Set<string>>();
  for (const error of closestBranches(errors.slice(0, MAX_ERRORS))) {
    const pointer = pointerOf(error);
    details.set(pointer, (details.get(pointer) ?? new Set()).add(detailOf(error)));
  }
  const place = PARAMETER_PLACES[httpPart];
  return [...details].map(([pointer, texts]) => {
    const detail = [...texts].join(', ');
    return place ? { parameter: unescapePointer(pointer.split('/')[1] ?? ''), in: place, detail } : { pointer, detail };
  });
}

function pointerOf({ keyword, instancePath, params }: ValidationError): string {
  const field = {
    required: params.missingProperty,
    additionalProperties: params.additionalProperty,
    unevaluatedProperties: params.unevaluatedProperty,
  }[keyword];
  return field === undefined ? instancePath : `${instancePath}/${escapePointer(String(field))}`;
}

function detailOf({ keyword, params, message }: ValidationError): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not a known field';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'const') return `must be ${params.allowedValue}`;
  return message ?? 'is not valid';
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const unescapePointer = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

/** Of a value that matches no branch of an anyOf, keeps the faults of the branch that it comes closest to: those of the others would only confuse. */
function closestBranches(errors: readonly ValidationError[]): ValidationError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return unions.reduce((left, union) => keepClosest(left, union), [...errors]);
}

function keepClosest(errors: readonly ValidationError[], union: ValidationError): ValidationError[] {
  const branches = Map.groupBy(errors, (error) => branchOf(error, union));
  const others = (branches.get(undefined) ?? []).filter((error) => error !== union);
  branches.delete(undefined);
  const choices = [...branches.values()];
  const constants = choices.flat().filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === union.instancePath);
  if (constants.length > 0 && constants.length === choices.length) {
    return [...others, { ...union, keyword: 'enum', params: { allowedValues: constants.map(({ params }) => params.allowedValue) } }];
  }
  const [closest = [union]] = choices.sort((a, b) => distance(a, union) - distance(b, union));
  return [...others, ...closest];
}

function branchOf({ instancePath, schemaPath }: ValidationError, union: ValidationError): string | undefined {
  const isInside = instancePath === union.instancePath || instancePath.startsWith(`${union.instancePath}/`);
  if (!isInside || !schemaPath.startsWith(`${union.schemaPath}/`)) return undefined;
  return schemaPath.slice(union.schemaPath.length + 1).split('/')[0];
}

// A branch of another type than the value's was hardly meant.
const distance = (branch: readonly ValidationError[], { instancePath }: ValidationError): number =>
  branch.reduce((sum, error) => sum + (error.keyword === 'type' && error.instancePath === instancePath ? 100 : 1), 0);
