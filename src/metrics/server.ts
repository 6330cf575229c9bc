import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Connections } from './connections.ts';
import { defineProbe, type HealthCheck } from './health.ts';
import { openMetricsFormat } from './openmetrics-format.ts';
import { bindNear } from './port.ts';
import type { Registry } from './registry.ts';
import { Renderings } from './renderings.ts';
import { answer, type Reply, type Site, text } from './routes.ts';
import { textFormat } from './text-format.ts';

/** What clients may cost. Whoever exceeds a limit is cut off. */
export interface ServerLimits {
  /** Of all clients; one more costs another its connection (`connections.ts`). */
  readonly connectionsMax: number;
  /** Of all clients, in a second; those beyond it are turned away until that is over. */
  readonly connectionsPerSecondMax: number;
  /** See `connectionsPerSecondMax`. */
  readonly requestsPerSecondMax: number;
  /** After so many a connection is closed; a client may open another. */
  readonly requestsPerConnectionMax: number;
  /** Responses that a client has not read yet; it may ask for more while they are below this. */
  readonly heldBytesMax: number;
  /** Of one request. */
  readonly headerBytesMax: number;
  /**
   * From a request's first byte, or the connection's beginning, until it has arrived; bodies are
   * not waited for.
   */
  readonly requestTimeoutMs: number;
  /** Between a response and the next request. */
  readonly keepAliveTimeoutMs: number;
  /** Without a byte moving either way, as when a client does not read its response. */
  readonly idleTimeoutMs: number;
}

const defaultLimits: ServerLimits = {
  connectionsMax: 64,
  connectionsPerSecondMax: 100,
  requestsPerSecondMax: 100,
  requestsPerConnectionMax: 1_000,
  heldBytesMax: 256 * 1024,
  headerBytesMax: 8_192,
  requestTimeoutMs: 5_000,
  keepAliveTimeoutMs: 70_000, // longer than scrapers pause
  idleTimeoutMs: 10_000,
};

/** What is served, and where. */
export interface ServeOptions {
  /** What `/metrics` shows. */
  readonly registry: Registry;
  /** Can the process serve? It can as soon as it answers, so this may well be empty. */
  readonly livez?: readonly HealthCheck[];
  /** Should it be sent requests? */
  readonly readyz?: readonly HealthCheck[];
  /** HTML for `/`, asked at each request. */
  readonly page?: () => string;
  /** What `/status` tells, asked at each request; `checks` is added to it. */
  readonly status?: () => object;
  /** Port of the node at position 0; 0 asks for any free port. */
  readonly basePort: number;
  /** Position of this node among those that share the base port. */
  readonly position: number;
  /** Address to bind, 127.0.0.1 unless told. */
  readonly host?: string;
  /** Where to say what went wrong, a line at a time. */
  readonly log: (line: string) => void;
  /** Those that are left out are as in the server's defaults. */
  readonly limits?: Partial<ServerLimits>;
}

/** A server that listens. */
export interface RunningServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Cuts all connections and frees the port. */
  readonly close: () => Promise<void>;
}

/**
 * Serves metrics and health over HTTP (the paths are in `routes.ts`). The server neither keeps the
 * process alive nor delays its end, and no client can make it throw into the process.
 *
 * @returns the running server, on `basePort + position` if possible (`port.ts`), or null when it
 *   found no port.
 * @throws Error when a health check is misnamed.
 */
export async function serveMetrics(options: ServeOptions): Promise<RunningServer | null> {
  const { registry, livez = [], readyz = [], page, status, log, host = '127.0.0.1' } = options;
  const site: Site = {
    renderings: new Renderings(registry),
    encodings: [textFormat, openMetricsFormat],
    livez: defineProbe('livez', livez),
    readyz: defineProbe('readyz', readyz),
    ...(page === undefined ? {} : { page }),
    ...(status === undefined ? {} : { status }),
  };
  const limits = { ...defaultLimits, ...options.limits };
  const server = guardedServer(limits);
  const connections = new Connections(server, limits);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (!connections.mayAsk(request.socket)) return void request.socket.destroy();
    const bytes = respond(site, log, request, response);
    connections.hold(request.socket, response, bytes);
  };
  server.on('request', onRequest);
  server.on('checkContinue', onRequest); // answered like any other, without inviting the body
  const port = await bindNear(server, { ...options, host }, log);
  return port === null ? null : { port, close: () => close(server) };
}

/**
 * A server with all limits set. Broken and late requests are left to Node.js: without a listener
 * for `clientError` it answers 400, 408 or 431 where that is possible and then closes the
 * connection.
 */
function guardedServer(limits: ServerLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.requestTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(limits.requestTimeoutMs / 5), // how exactly the two are kept
    keepAliveTimeout: limits.keepAliveTimeoutMs,
  });
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  server.timeout = limits.idleTimeoutMs;
  server.on('dropRequest', (_request, socket) => socket.destroy()); // one request too many
  return server.unref();
}

/** @returns how many bytes the body has */
function respond(
  site: Site,
  log: (line: string) => void,
  request: IncomingMessage,
  response: ServerResponse,
): number {
  const { method = '', url = '', headers } = request;
  const reply = answerOr500(site, log, method, url, headers.accept);
  const hasBody = 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
  const bytes = Buffer.byteLength(reply.body);
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType,
    'Content-Length': bytes,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin', // no other site's page may take it in
    'Cache-Control': 'no-store',
    ...reply.headers,
    ...(hasBody ? { Connection: 'close' } : {}), // rather than read a body to its end
  });
  response.end(reply.body); // which Node.js leaves out of the response to a HEAD
  return bytes;
}

function answerOr500(
  site: Site,
  log: (line: string) => void,
  method: string,
  target: string,
  accept: string | undefined,
): Reply {
  try {
    return answer(site, method, target, accept);
  } catch (error) {
    log(`metrics: a request could not be answered: ${String(error)}`);
    return text(500, 'internal error\n');
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
