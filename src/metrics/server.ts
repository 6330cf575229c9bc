import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { defineProbe, type HealthCheck } from './health.ts';
import { openMetricsFormat } from './openmetrics-format.ts';
import { bindNear } from './port.ts';
import type { Registry } from './registry.ts';
import { answer, type Reply, type Site, text } from './routes.ts';
import { textFormat } from './text-format.ts';

/** What a client may cost. Whoever exceeds a limit is cut off. */
export interface ServerLimits {
  readonly connectionsMax: number;
  readonly requestsPerConnectionMax: number;
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
  requestsPerConnectionMax: 1_000,
  headerBytesMax: 8_192,
  requestTimeoutMs: 5_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 10_000,
};

export interface ServeOptions {
  readonly registry: Registry;
  /** Can the process serve? It can as soon as it answers, so this may well be empty. */
  readonly livez?: readonly HealthCheck[];
  /** Should it be sent requests? */
  readonly readyz?: readonly HealthCheck[];
  /** Port of the node at position 0; 0 asks for any free port. */
  readonly basePort: number;
  /** Position of this node among those that share the base port. */
  readonly position: number;
  /** Address to bind, 127.0.0.1 unless told. */
  readonly host?: string;
  /** Where to say what went wrong, a line at a time. */
  readonly log: (line: string) => void;
  readonly limits?: Partial<ServerLimits>;
}

export interface RunningServer {
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
  const { registry, livez = [], readyz = [], log, host = '127.0.0.1' } = options;
  const site: Site = {
    registry,
    encodings: [textFormat, openMetricsFormat],
    livez: defineProbe('livez', livez),
    readyz: defineProbe('readyz', readyz),
  };
  const server = guardedServer({ ...defaultLimits, ...options.limits });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    respond(site, log, request, response);
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
  server.maxConnections = limits.connectionsMax;
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  server.timeout = limits.idleTimeoutMs;
  server.on('dropRequest', (_request, socket) => socket.destroy()); // one request too many
  server.on('connection', (socket) => socket.unref());
  return server.unref();
}

function respond(
  site: Site,
  log: (line: string) => void,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { method = '', url = '', headers } = request;
  const reply = answerOr500(site, log, method, url, headers.accept);
  const hasBody = 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.body),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(reply.allow === undefined ? {} : { Allow: reply.allow }),
    ...(hasBody ? { Connection: 'close' } : {}), // rather than read a body to its end
  });
  response.end(reply.body); // which Node.js leaves out of the response to a HEAD
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
