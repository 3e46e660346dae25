import { type AsyncApi, type AsyncApiChannel, type AsyncApiMessage, servicesOf } from '@microshop/contracts/asyncapi';

/** Without scripts and from nowhere else: whoever serves the page allows this style and nothing more. */
export const PAGE_STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid #d5dbe3; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre { background: #f3f5f8; padding: 0.75rem 1rem; overflow-x: auto; }
h2 { margin-top: 3rem; border-bottom: 2px solid #1c2430; }
@media (prefers-color-scheme: dark) {
  body { color: #e3e8ef; background: #12161c; }
  a { color: #8ab4f8; }
  th, td { border-color: #39414d; }
  pre { background: #1d232c; }
  h2 { border-color: #e3e8ef; }
}
`;

type Field = {
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  description?: string;
  properties?: Readonly<Record<string, Field>>;
  required?: readonly string[];
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const code = (text: string): string => `<code>${escaped(text)}</code>`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}
</tbody></table>`;

/** The document as a page to read. */
export function pageOf(document: AsyncApi): string {
  const { title, version, description } = document.info;
  const channels = Object.values(document.channels);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}: events</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}: events</h1>
<p>${escaped(description)} Version ${escaped(version)}; the same as AsyncAPI 3: <a href="asyncapi.json">asyncapi.json</a>.</p>
<p>Events are CloudEvents 1.0 in Kafka's binary mode: the attributes are headers (${code('ce_*')}), the value is the data as JSON. Pass over fields and
types that you do not know. Each event may come more than once, then with the same ${code('ce_id')}.</p>
${table(
  ['topic', 'key', 'partitions', 'kept', 'from', 'to'],
  channels.map((channel) => [
    `<a href="#${channel.address}">${code(channel.address)}</a>`,
    code(channel['x-key']),
    String(channel.bindings.kafka.partitions),
    keptOf(channel),
    ...(['send', 'receive'] as const).map((action) => escaped(servicesOf(document, channel, action).join(', ') || 'nobody here')),
  ]),
)}
${channels.map(sectionOf).join('\n')}
</main>
</body>
</html>
`;
}

function keptOf({ bindings }: AsyncApiChannel): string {
  const ms = bindings.kafka.topicConfiguration['retention.ms'];
  return typeof ms === 'number' ? `${ms / 86_400_000} days` : 'the last of each key';
}

const sectionOf = ({ address, messages }: AsyncApiChannel): string =>
  `<section>\n<h2 id="${address}">${escaped(address)}</h2>\n${Object.values(messages)
    .map((message) => messageSection(address, message))
    .join('\n')}\n</section>`;

const messageSection = (
  address: string,
  { name, title, payload, examples = [] }: AsyncApiMessage,
): string => `<h3 id="${address}-${name}">${escaped(title)}</h3>
${table(['field', 'type', 'needed', 'meaning'], rowsOf(payload))}
${examples.map(({ payload: example }) => `<pre tabindex="0">${escaped(JSON.stringify(example, null, 2))}</pre>`).join('\n')}`;

function rowsOf({ properties = {}, required = [] }: Field, prefix = ''): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => [
    [code(prefix + name), typeOf(field), required.includes(name) ? 'yes' : 'no', escaped(field.description ?? '')],
    ...rowsOf(field, `${prefix}${name}.`),
  ]);
}

function typeOf({ type, enum: values, format, pattern, minimum, maximum }: Field): string {
  if (values) return values.map((value) => code(String(value))).join(', ');
  const bounds = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`].filter(Boolean).join(' ');
  return [escaped(format ?? type ?? 'anything'), bounds, pattern === undefined ? '' : `like ${code(pattern)}`].filter(Boolean).join(' ');
}
