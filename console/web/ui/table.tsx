import type { ComponentChildren } from 'preact';

export type Column<Row> = {
  name: string;
  cell: (row: Row) => ComponentChildren;
  number?: boolean;
  /** The name is for screen readers and phones only. */
  quiet?: boolean;
};

type TableProps<Row> = {
  /** What the table lists, for those who do not see the heading above it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  mark?: (row: Row) => 'warn' | 'bad' | undefined;
};

/** A row a line; on a phone a row is a card. */
export const Table = <Row,>({ caption, columns, rows, rowKey, mark }: TableProps<Row>) => (
  <table class="table">
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {columns.map(({ name, number, quiet }) => (
          <th key={name} scope="col" class={number ? 'number' : ''}>
            {quiet ? <span class="unseen">{name}</span> : name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)} data-mark={mark?.(row)}>
          {columns.map(({ name, cell, number, quiet }) => (
            <td key={name} class={number ? 'number' : ''} data-label={quiet ? '' : name}>
              {cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
