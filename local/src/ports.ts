import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';

// Ports at which the system starts outgoing connections are not handed out: a client that retries while a server restarts could take
// the server's own port. Below 20000 live the well-known ones.
const LOWEST = 20_000;

function highest(): number {
  try {
    const start = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
    return start > LOWEST + 1000 ? start - 1 : 32_767;
  } catch {
    return 32_767;
  }
}

/** As Kafka and MongoDB take a list of servers. */
export const addressesOf = (ports: readonly number[]): string => ports.map((port) => `127.0.0.1:${port}`).join(',');

const handedOut = new Set<number>();

export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port on 127.0.0.1 that nobody listens on; this process gets each one only once. */
export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

/** So many in a row. */
export async function findFreePorts(count: number): Promise<number[]> {
  const span = highest() - LOWEST - count;
  for (let attempt = 0; attempt < 500; attempt++) {
    const first = LOWEST + Math.floor(Math.random() * span);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => handedOut.has(port))) continue;
    for (const port of ports) handedOut.add(port);
    if ((await Promise.all(ports.map((port) => isPortFree(port)))).every(Boolean)) return ports;
  }
  throw new Error(`No ${count} free ports in a row between ${LOWEST} and ${LOWEST + span} on 127.0.0.1.`);
}

export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, settle(false));
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
  });
}

export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Who listens on the port; undefined when /proc is missing or the process belongs to someone else. */
export function findPortOwner(port: number): PortOwner | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(read(() => readlinkSync(`/proc/${pid}/fd/${fd}`)))?.[1];
      if (inode !== undefined && inodes.has(inode)) return { pid: Number(pid), command: commandOf(pid) };
    }
  }
  return undefined;
}

function listeningInodes(file: string, port: number): string[] {
  const LISTEN = '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = read(() => readFileSync(file, 'utf8'))
    .split('\n')
    .slice(1);
  return rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    return local?.endsWith(suffix) && state === LISTEN && inode !== undefined ? [inode] : [];
  });
}

function commandOf(pid: string): string {
  const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    .replaceAll('\0', ' ')
    .trim();
  return command.length > 80 ? `${command.slice(0, 40)} … ${command.slice(-37)}` : command;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}
