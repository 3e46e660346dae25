import { encodeCursor, type PageOf } from '@microshop/chassis/http/pagination';
import type { PageRequest } from '../persistence/page-request.ts';

/** The arguments of a connection; the schema gives `first` a default. */
export type PageArguments = { first: number; after?: string | null };

export type Connection<Node> = {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

export const requestOf = ({ first, after }: PageArguments): PageRequest => ({ limit: first, ...(after != null && { cursor: after }) });

/** A page as a connection; `keyOf` is what the list is sorted by. */
export function connectionOf<Item, Node>(
  { data, nextCursor }: PageOf<Item>,
  { after }: PageArguments,
  keyOf: (item: Item) => unknown,
  viewOf: (item: Item) => Node,
): Connection<Node> {
  const edges = data.map((item) => ({ cursor: encodeCursor(keyOf(item)), node: viewOf(item) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: nextCursor !== null,
      // What the cursor stands for comes before this page.
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const EMPTY: PageOf<never> = { data: [], nextCursor: null };

type Query<Parent> = { obj: Parent; params: PageArguments };

/** A loader of a connection: one reading for all parents that were asked with the same arguments. */
export const connectionLoader =
  <Parent, Item, Node>(
    idOf: (parent: Parent) => string,
    read: (ids: readonly string[], request: PageRequest) => Promise<ReadonlyMap<string, PageOf<Item>>>,
    keyOf: (item: Item) => unknown,
    viewOf: (item: Item) => Node,
  ) =>
  async (queries: readonly Query<Parent>[]): Promise<Connection<Node>[]> => {
    const argumentsOf = ({ params }: Query<Parent>) => JSON.stringify(requestOf(params));
    const pages = new Map(
      await Promise.all(
        [...Map.groupBy(queries, argumentsOf)].map(async ([asked, alike]) => {
          const ids = alike.map(({ obj }) => idOf(obj));
          return [asked, await read(ids, JSON.parse(asked) as PageRequest)] as const;
        }),
      ),
    );
    return queries.map((query) => connectionOf(pages.get(argumentsOf(query))?.get(idOf(query.obj)) ?? EMPTY, query.params, keyOf, viewOf));
  };
