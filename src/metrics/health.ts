/** What a health check found. */
export type HealthResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * A named question about the process, asked at each request; it must answer at once. One that
 * throws has failed.
 */
export interface HealthCheck {
  /** Part of a URL (`/readyz/leader`): lower-case words, joined by `-` or `_`. */
  readonly name: string;
  /** Asked at each request. It must answer at once. */
  readonly check: () => HealthResult;
}

/** The checks that answer one question about the process: does it live, is it ready. */
export interface Probe {
  /** Name in what is reported: `livez`, `readyz`. */
  readonly name: string;
  readonly checks: readonly HealthCheck[];
}

/** How one check came out. An excluded one was not asked, and counts as ok. */
export interface Outcome {
  readonly name: string;
  readonly excluded: boolean;
  readonly result: HealthResult;
}

/**
 * A probe whose checks can be told apart and named in a URL.
 *
 * @throws Error when the name of a check is malformed or occurs twice.
 */
export function defineProbe(name: string, checks: readonly HealthCheck[]): Probe {
  const seen = new Set<string>();
  for (const check of checks) {
    if (!/^[a-z0-9]+([-_][a-z0-9]+)*$/.test(check.name)) {
      throw new Error(
        `${name}: check "${check.name}" must have a name of lower-case words, like "disk-space"`,
      );
    }
    if (seen.has(check.name)) throw new Error(`${name}: there are two checks "${check.name}"`);
    seen.add(check.name);
  }
  return { name, checks: [...checks] };
}

/** Asks the checks in their order, except the excluded ones. Never throws. */
export function runChecks(
  checks: readonly HealthCheck[],
  excluded: readonly string[],
): readonly Outcome[] {
  return checks.map(({ name, check }) =>
    excluded.includes(name)
      ? { name, excluded: true, result: { ok: true } }
      : { name, excluded: false, result: ask(check) },
  );
}

function ask(check: () => HealthResult): HealthResult {
  try {
    return check();
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The outcomes as text, in the form of Kubernetes ("API health endpoints") and etcd: a line for
 * each check and a verdict, or, when all is well and nobody asked for more, the verdict alone.
 */
export function describeOutcomes(
  probe: string,
  outcomes: readonly Outcome[],
  options: { readonly verbose: boolean; readonly excluded: readonly string[] },
): string {
  const ok = allOk(outcomes);
  if (ok && !options.verbose) return 'ok\n';
  const lines = outcomes.map(({ name, excluded, result }) => {
    if (!result.ok) return `[-]${name} failed: ${result.reason.replaceAll(/\s+/g, ' ')}`;
    return excluded ? `[+]${name} excluded: ok` : `[+]${name} ok`;
  });
  const unknown = options.excluded.filter((name) => !outcomes.some((one) => one.name === name));
  if (unknown.length > 0) lines.push(`warning: no such check to exclude: ${unknown.join(', ')}`);
  return `${lines.join('\n')}\n${ok ? 'ok' : `${probe} check failed`}\n`;
}

/** Whether every check is ok. */
export function allOk(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ result }) => result.ok);
}
