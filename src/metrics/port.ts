import { once } from 'node:events';
import type { Server } from 'node:net';

/** Where a node would like to listen. */
export interface Place {
  /** Port of the node at position 0; 0 asks for any free port. */
  readonly basePort: number;
  /** Position of the node among those that share the base port, and perhaps the host. */
  readonly position: number;
  readonly host: string;
}

/**
 * Binds the server to `basePort + position`, or, when that port is taken, out of range or not
 * permitted, to any free one, and says so in one line. What goes wrong with the bound server later
 * is logged as well, and goes no further.
 *
 * @returns the port, or null when not even that was possible, which is logged too. Never throws:
 *   what a node shows is not worth the node.
 */
export async function bindNear(
  server: Server,
  { basePort, position, host }: Place,
  log: (line: string) => void,
): Promise<number | null> {
  const wanted = basePort === 0 ? 0 : basePort + position;
  const first = await bind(server, wanted, host);
  const bound = typeof first === 'number' ? first : await bind(server, 0, host);
  if (typeof bound !== 'number') {
    log(`metrics: cannot listen on ${host} at all (${bound.message}); going on without`);
    return null;
  }
  if (typeof first !== 'number') {
    log(`metrics: cannot listen on ${host}:${wanted} (${first.message}); using port ${bound}`);
  }
  server.on('error', (error) => log(`metrics: ${error.message}`)); // a connection could not be accepted
  return bound;
}

/** Binds to this port (0: any), and returns the port, or why not. */
async function bind(server: Server, port: number, host: string): Promise<number | Error> {
  try {
    server.listen(port, host); // throws when the port is out of range
    await once(server, 'listening'); // throws for every other reason
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : new Error('closed');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
