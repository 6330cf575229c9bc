/** The page's colours, as the reader's scheme has them. */

export class Palette {
  #style = getComputedStyle(document.documentElement);
  readonly #known = new Map<string, string>();

  /** @param name a CSS variable, such as `--ink` */
  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const colour = this.#style.getPropertyValue(name).trim() || '#888888';
    this.#known.set(name, colour);
    return colour;
  }

  /** The scheme has changed. */
  renew(): void {
    this.#known.clear();
    this.#style = getComputedStyle(document.documentElement);
  }

  /** What can be read on amber and orange in either scheme. */
  get dark(): string {
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    return this.of(isDark ? '--paper' : '--ink');
  }

  role(role: string): string {
    return this.of(roleVariables[role] ?? '--follower');
  }

  fault(kind: string): string {
    return this.of(faultVariables[kind] ?? '--other-fault');
  }

  outcome(outcome: string): string {
    return this.of(outcomeVariables[outcome] ?? '--soft');
  }
}

const roleVariables: { readonly [role: string]: string } = {
  leader: '--leader',
  follower: '--follower',
  preCandidate: '--pre-candidate',
  candidate: '--candidate',
  learner: '--learner',
  down: '--down',
  unknown: '--line',
};

const faultVariables: { readonly [kind: string]: string } = {
  partition: '--partition',
  kill: '--kill',
  crash: '--kill',
  pause: '--pause',
};

const outcomeVariables: { readonly [outcome: string]: string } = {
  ok: '--ok',
  fail: '--fail',
  info: '--info',
  open: '--info',
};
