/** What is played: the guided scenarios in the order in which they teach, and the collection. */

import { parseScenario, type Scenario } from '../testbed/scenario/script.ts';

/** A scenario as the page carries it: without traces, for the core makes them anew. */
export interface ScenarioFile {
  /** Seen from the folder of the scenarios. */
  readonly path: string;
  readonly text: string;
}

export interface Guide {
  readonly path: string;
  readonly title: string;
}

export const guides: readonly Guide[] = [
  { path: 'guided/election.txt', title: 'An election' },
  { path: 'guided/replication.txt', title: 'A command is replicated' },
  { path: 'guided/split-vote.txt', title: 'A split vote' },
  { path: 'guided/figure-7.txt', title: 'Figure 7: logs are repaired' },
  { path: 'guided/figure-8-d.txt', title: 'Figure 8 (d): copies are not enough' },
  { path: 'guided/figure-8-e.txt', title: 'Figure 8 (e): an entry of its own' },
  { path: 'guided/partition.txt', title: 'A partition' },
  { path: 'guided/slow-disk.txt', title: 'A crash with a slow disk' },
  { path: 'guided/pre-vote.txt', title: 'A node that would disturb' },
  { path: 'guided/follower-read.txt', title: 'A read on a follower' },
  { path: 'guided/stale-lease.txt', title: 'A lease with a wrong clock' },
  { path: 'guided/membership.txt', title: 'The members change' },
];

/** What the header of a scenario says. */
export interface Playbill {
  readonly path: string;
  /** Of a guided scenario its own; the rule of any other. */
  readonly title: string;
  /** Null for a guided scenario. */
  readonly topic: string | null;
  readonly rule: string;
  readonly sources: readonly string[];
  readonly code: Scenario['code'];
  readonly text: string;
}

export class Programme {
  readonly #files: ReadonlyMap<string, ScenarioFile>;

  constructor(files: readonly ScenarioFile[]) {
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  playbill(path: string): Playbill | null {
    const file = this.#files.get(path);
    if (file === undefined) return null;
    const { text } = file;
    const { topic, rule, sources, code } = parseScenario(path, text);
    const guide = guides.find((it) => it.path === path);
    return {
      path,
      title: guide?.title ?? rule,
      topic: guide === undefined ? topic : null,
      rule,
      sources,
      code,
      text,
    };
  }

  /** The guide that follows, or null behind the last and for others. */
  next(path: string): Guide | null {
    const at = guides.findIndex((guide) => guide.path === path);
    return at < 0 ? null : (guides[at + 1] ?? null);
  }

  /** The collection by topic: path and rule of each. */
  get topics(): ReadonlyMap<string, readonly { readonly path: string; readonly rule: string }[]> {
    const topics = new Map<string, { readonly path: string; readonly rule: string }[]>();
    for (const { path, text } of this.#files.values()) {
      const { topic, rule } = parseScenario(path, text);
      topics.set(topic, [...(topics.get(topic) ?? []), { path, rule }]);
    }
    return topics;
  }
}
