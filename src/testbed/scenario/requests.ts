/** The clients' requests, by the names that the script gave them, and what became of each. */

import { asRequestId, type Refusal, type RequestId } from '../../raft/index.ts';
import { demand } from './fault.ts';

export type Outcome =
  | { readonly kind: 'undecided' }
  /** The proposal took effect at this index. */
  | { readonly kind: 'applied'; readonly index: number }
  /** The read may be answered at this index. */
  | { readonly kind: 'ready'; readonly index: number }
  /** Leadership was handed over. */
  | { readonly kind: 'transferred' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface Request {
  readonly id: RequestId;
  readonly name: string;
  outcome: Outcome;
}

export class Requests {
  readonly #all: Request[] = [];

  get all(): readonly Request[] {
    return this.#all;
  }

  add(name: string): Request {
    const isNew = this.#all.every((request) => request.name !== name);
    demand(isNew, `there is a request "${name}" already: name each one differently`);
    const id = asRequestId(this.#all.length + 1);
    const request: Request = { id, name, outcome: { kind: 'undecided' } };
    this.#all.push(request);
    return request;
  }

  /** A name that no request has: this one, or with a number behind it. */
  freeName(name: string): string {
    const isTaken = (candidate: string) => this.#all.some((it) => it.name === candidate);
    let free = name;
    for (let number = 2; isTaken(free); number++) free = `${name}${number}`;
    return free;
  }

  named(name: string): Request {
    const request = this.#all.find((candidate) => candidate.name === name);
    const known = this.#all.map((candidate) => candidate.name).join(' ');
    demand(request !== undefined, `no request "${name}"; known: ${known}`);
    return request;
  }

  nameOf(id: RequestId): string {
    return this.#all.find((request) => request.id === id)?.name ?? `request ${id}`;
  }

  settle(id: RequestId, outcome: Outcome): void {
    const request = this.#all.find((candidate) => candidate.id === id);
    if (request === undefined) return;
    demand(
      request.outcome.kind === 'undecided',
      `the core answers request "${request.name}" a second time`,
    );
    request.outcome = outcome;
  }
}
