import { contentTypeOf, type Encoding } from './family.ts';
import { allOk, describeOutcomes, type Probe, runChecks } from './health.ts';
import { negotiate } from './negotiation.ts';
import type { Registry } from './registry.ts';

/** What the routes show. */
export interface Site {
  readonly registry: Registry;
  /** The first is sent to whoever does not say what it wants. */
  readonly encodings: readonly [Encoding, ...Encoding[]];
  readonly livez: Probe;
  readonly readyz: Probe;
}

/** A response, before it is put on a socket. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Methods that the resource has; for a 405. */
  readonly allow?: string;
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
 * - `/health`: both as JSON.
 *
 * @throws what the registry or the encoding throws.
 */
export function answer(site: Site, method: string, target: string, accept?: string): Reply {
  const parsed = parseTarget(target);
  if (parsed === undefined) return text(400, 'malformed request target\n');
  const resource = resourceAt(site, parsed, accept);
  if (resource === undefined) return text(404, 'not found\n');
  if (method !== 'GET' && method !== 'HEAD') {
    return { ...text(405, 'method not allowed\n'), allow: 'GET, HEAD' };
  }
  return resource();
}

/** What answers at this path; undefined when nothing does. */
function resourceAt(
  site: Site,
  { segments, query }: Target,
  accept: string | undefined,
): (() => Reply) | undefined {
  const [page, check, ...rest] = segments;
  if (rest.length > 0) return undefined;
  switch (page) {
    case 'metrics':
      return check === undefined ? () => metrics(site, accept) : undefined;
    case 'health':
      return check === undefined ? () => health(site, query) : undefined;
    case 'livez':
      return probePage(site.livez, check, query);
    case 'readyz':
    case 'ready':
      return probePage(site.readyz, check, query);
    default:
      return undefined;
  }
}

function metrics({ registry, encodings }: Site, accept: string | undefined): Reply {
  const encoding = negotiate(accept, encodings);
  const body = encoding.encode(registry.collect());
  return { status: 200, contentType: contentTypeOf(encoding), body };
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
function health({ livez, readyz }: Site, query: URLSearchParams): Reply {
  const excluded = query.getAll('exclude');
  const checks = [livez, readyz].flatMap((probe) =>
    runChecks(probe.checks, excluded).map(({ name, excluded, result }) => ({
      probe: probe.name,
      name,
      ok: result.ok,
      excluded,
      reason: result.ok ? '' : result.reason,
    })),
  );
  const failed = checks.filter(({ ok }) => !ok);
  const reason = failed.map(({ probe, name, reason }) => `${probe}/${name}: ${reason}`).join('; ');
  return {
    status: failed.length === 0 ? 200 : 503,
    contentType: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ health: String(failed.length === 0), reason, checks })}\n`,
  };
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
