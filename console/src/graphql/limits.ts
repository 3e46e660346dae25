import { AppError } from '@microshop/chassis/errors';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql/index.js';

export const MAX_DEPTH = 12;
export const MAX_FIRST = 100;
export const MAX_COST = 20_000;
/** What a list without `first` is taken to have. */
export const PLAIN_LIST = 10;

type Asked = { operationName?: string | null | undefined; variables?: Record<string, unknown> | null | undefined };
/** Where a selection stands: `times` is of how many objects it is asked, `first` the size of the connection that it is of. */
type Place = { path: readonly string[]; times: number; first?: number | undefined };

/**
 * Refuses a valid query that is too deep, too long a page or too costly; answers its cost. A field costs 1 for each object that it is asked
 * of: in a connection `first`, in another list 10. What introspection may ask GraphQL's own rules limit.
 */
export function checkLimits(schema: GraphQLSchema, document: DocumentNode, { operationName, variables }: Asked): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root)
    throw refusal('queries_only', 'The document has to have one query: there are no mutations and no subscriptions.');
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  let cost = 0;

  function visitAll({ selections }: SelectionSetNode, type: GraphQLObjectType, place: Place): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) visit(selection, type, place);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visitAll(selection.selectionSet, type, place);
      else visitAll((fragments.get(selection.name.value) as FragmentDefinitionNode).selectionSet, type, place);
    }
  }

  function visit(node: FieldNode, type: GraphQLObjectType, { path: above, times, first: size }: Place): void {
    const path = [...above, node.name.value];
    if (path.length > MAX_DEPTH)
      throw refusal('query_too_deep', `${path.join('.')} is ${path.length} levels deep; a query may have ${MAX_DEPTH}.`);
    cost += times;
    if (cost > MAX_COST)
      throw refusal(
        'query_too_costly',
        `With ${path.join('.')} the query costs more than ${MAX_COST}: ask for fewer fields, or a smaller first.`,
      );
    const field = type.getFields()[node.name.value];
    if (!field) return;
    const { first } = getArgumentValues(field, node, coerced) as { first?: number };
    if (first !== undefined && (first < 1 || first > MAX_FIRST))
      throw refusal('first_out_of_range', `${path.join('.')}(first:) is ${first}; it must be from 1 to ${MAX_FIRST}.`);
    const of = getNamedType(field.type);
    if (!node.selectionSet || !isObjectType(of)) return;
    visitAll(node.selectionSet, of, { path, times: isList(field.type) ? times * (size ?? PLAIN_LIST) : times, first });
  }

  visitAll(operation.selectionSet, root, { path: [], times: 1 });
  return cost;
}

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

const refusal = (code: string, message: string) => new AppError({ kind: 'invalid', code, message });
