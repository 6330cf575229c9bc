import { contentTypeOf, type Encoding } from './family.ts';
import { allOk, describeOutcomes, type Probe, runChecks } from './health.ts';
import { negotiate } from './negotiation.ts';
import type { Renderings } from './renderings.ts';

/** What the routes show. */
export interface Site {
  readonly renderings: Renderings;
  /** The first is sent to whoever does not say what it wants. */
  readonly encodings: readonly [Encoding, ...Encoding[]];
  readonly livez: Probe;
  readonly readyz: Probe;
  /** HTML of the page at `/`; without it there is none. */
  readonly page?: () => string;
  /** What `/status` tells beside the health checks; without it there is none. */
  readonly status?: () => object;
}

/** A response, before it is put on a socket. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Headers that only this reply has. */
  readonly headers?: { readonly [name: string]: string };
}

interface Target {
  /** Decoded segments of the path: `/readyz/leader` is `['readyz', 'leader']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Answers one request; a HEAD gets the reply to a GET, and the server leaves out the body.
 *
 * - `/metrics`: all families, in the format that `accept` wants.
 * - `/livez`, `/readyz` (or `/ready`): 200 or 503; `?verbose` shows each check, `?exclude=<check>`
 *   skips one, `/readyz/<check>` asks one.
 * - `/health`: both as JSON, with the first two fields of etcd's; `?exclude=` as above.
 * - `/status`: what the node says of itself, as JSON, with `checks` as in `/health`; always 200.
 * - `/`: the page that shows all this.
 *
 * @throws what the registry or the encoding throws.
 */
export function answer(site: Site, method: string, target: string, accept?: string): Reply {
  const parsed = parseTarget(target);
  if (parsed === undefined) return text(400, 'malformed request target\n');
  const resource = resourceAt(site, parsed, accept);
  if (resource === undefined) return text(404, 'not found\n');
  if (method !== 'GET' && method !== 'HEAD') {
    return { ...text(405, 'method not allowed\n'), headers: { Allow: 'GET, HEAD' } };
  }
  return resource();
}

/** What answers at this path; undefined when nothing does. */
function resourceAt(
  site: Site,
  { segments, query }: Target,
  accept: string | undefined,
): (() => Reply) | undefined {
  const [name = '', check, ...rest] = segments;
  if (rest.length > 0) return undefined;
  switch (name) {
    case 'livez':
      return probePage(site.livez, check, query);
    case 'readyz':
    case 'ready':
      return probePage(site.readyz, check, query);
    default:
      return check === undefined ? wholeAt(site, name, query, accept) : undefined;
  }
}

/** What has no parts with paths of their own. */
function wholeAt(
  site: Site,
  name: string,
  query: URLSearchParams,
  accept: string | undefined,
): (() => Reply) | undefined {
  const { page, status } = site;
  switch (name) {
    case '':
      return page === undefined ? undefined : () => htmlPage(page());
    case 'metrics':
      return () => metrics(site, accept);
    case 'status':
      if (status === undefined) return undefined;
      return () => json(200, { ...status(), checks: checksOf(site, []) });
    case 'health':
      return () => health(site, query);
    default:
      return undefined;
  }
}

/** What the page may do is in its own policy; a file cannot say who may put it into a frame. */
function htmlPage(body: string): Reply {
  const headers = {
    'Content-Security-Policy': "frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  };
  return { status: 200, contentType: 'text/html; charset=utf-8', body, headers };
}

function metrics({ renderings, encodings }: Site, accept: string | undefined): Reply {
  const encoding = negotiate(accept, encodings);
  return { status: 200, contentType: contentTypeOf(encoding), body: renderings.body(encoding) };
}

/** The whole probe, or the one check that the path names. */
function probePage(
  { name, checks }: Probe,
  only: string | undefined,
  query: URLSearchParams,
): (() => Reply) | undefined {
  const asked = only === undefined ? checks : checks.filter((check) => check.name === only);
  if (only !== undefined && asked.length === 0) return undefined;
  return () => {
    const excluded = query.getAll('exclude');
    const outcomes = runChecks(asked, excluded);
    const body = describeOutcomes(name, outcomes, { verbose: query.has('verbose'), excluded });
    return text(allOk(outcomes) ? 200 : 503, body);
  };
}

/** Both probes as JSON; the first two fields are those of etcd's `/health`. */
function health(site: Site, query: URLSearchParams): Reply {
  const checks = checksOf(site, query.getAll('exclude'));
  const failed = checks.filter(({ ok }) => !ok);
  const reason = failed.map(({ probe, name, reason }) => `${probe}/${name}: ${reason}`).join('; ');
  const isHealthy = failed.length === 0;
  return json(isHealthy ? 200 : 503, { health: String(isHealthy), reason, checks });
}

/** How a check came out, as JSON. The reason is empty when it is ok; excluded ones are. */
interface CheckReport {
  readonly probe: string;
  readonly name: string;
  readonly ok: boolean;
  readonly excluded: boolean;
  readonly reason: string;
}

function checksOf({ livez, readyz }: Site, excluded: readonly string[]): CheckReport[] {
  return [livez, readyz].flatMap((probe) =>
    runChecks(probe.checks, excluded).map(({ name, excluded, result }) => ({
      probe: probe.name,
      name,
      ok: result.ok,
      excluded,
      reason: result.ok ? '' : result.reason,
    })),
  );
}

function json(status: number, value: object): Reply {
  const body = `${JSON.stringify(value)}\n`;
  return { status, contentType: 'application/json; charset=utf-8', body };
}

/** Takes a request target apart: a path, or an absolute URL, which is what a proxy sends. */
function parseTarget(target: string): Target | undefined {
  try {
    const url = new URL(target.startsWith('/') ? `http://localhost${target}` : target);
    if (url.protocol !== 'http:') return undefined;
    const segments = url.pathname.slice(1).split('/').map(decodeURIComponent);
    return { segments, query: url.searchParams };
  } catch {
    return undefined; // not a URL, or a percent sign that encodes nothing
  }
}

/** A reply in plain text. */
export function text(status: number, body: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
