/** Pairs the events of a history, invocations and completions, into operations. */

import {
  type CasOperation,
  type History,
  type KeyHistory,
  MalformedHistory,
  type Moment,
  type Observation,
  type Operation,
  type Outcome,
  type ReadOperation,
  type Value,
  type WriteOperation,
} from './history.ts';

/** The value of an event, and its two halves if it is a pair, for that is what a cas has. */
export interface EventValue {
  readonly value: Value;
  readonly pair: readonly [Value, Value] | undefined;
}

/** One event of a client, as a reader of some format found it. */
export interface HistoryEvent {
  /** Line of the file, from 1; for messages. */
  readonly line: number;
  /** The format's own number of the event, where it has one. */
  readonly index: number | undefined;
  /** Nanoseconds since the start of the run, for display only. */
  readonly timeNs: number | undefined;
  /** The client. */
  readonly process: number;
  /** Whether an operation begins, or how it ends. */
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  /** What is asked. */
  readonly f: 'read' | 'write' | 'cas';
  /** Undefined when the event names no key. */
  readonly key: Value | undefined;
  /** Undefined when the event has no value; a null value is a value. */
  readonly value: EventValue | undefined;
  /** What a failure says of the register. */
  readonly observation: Observation | undefined;
}

/** What an operation's completion fills in. */
interface Ending {
  completed: Moment | undefined;
  outcome: Outcome;
  observation: Observation | undefined;
}

/** An operation that may not have ended yet. */
type Begun = Ending &
  (
    | (Omit<ReadOperation, keyof Ending | 'value'> & { value: Value })
    | Omit<WriteOperation, keyof Ending>
    | Omit<CasOperation, keyof Ending>
  );

interface Running {
  readonly asked: HistoryEvent;
  readonly operation: Begun;
}

/**
 * Collects events in the order of real time and checks that they tell one story: a process does one
 * thing at a time, and an answer agrees with its question.
 */
export class Pairing {
  /** The operation each process is in the middle of. */
  private readonly running = new Map<number, Running>();
  private readonly keys = new Map<Value | undefined, Operation[]>();
  private rank = 0;

  /** Takes the next event; throws `MalformedHistory` if it cannot follow those before it. */
  add(event: HistoryEvent): void {
    const { rank } = this;
    this.rank += 1;
    const { line, index, timeNs } = event;
    const moment: Moment = { rank, line, index, timeNs };
    if (event.type === 'invoke') this.invoke(event, moment);
    else this.complete(event, moment, event.type);
  }

  /**
   * Ends the history. What still runs stays open for ever. Throws `MalformedHistory` if nothing
   * ever ran.
   */
  finish(): History {
    this.running.clear();
    if (this.keys.size === 0) throw new MalformedHistory(undefined, 'no operations');
    const keys = [...this.keys].map(([key, operations]): KeyHistory => ({ key, operations }));
    return { keys };
  }

  private invoke(event: HistoryEvent, invoked: Moment): void {
    const running = this.running.get(event.process);
    if (running !== undefined) {
      throw new MalformedHistory(
        event.line,
        `process ${event.process} invokes a ${event.f} while its ${running.asked.f} of line ${running.asked.line} is open`,
      );
    }
    if (event.f !== 'read' && event.value === undefined) {
      throw new MalformedHistory(event.line, `a ${event.f} without a value`);
    }
    if (event.f === 'cas' && event.value?.pair === undefined) {
      throw new MalformedHistory(event.line, 'the value of a cas must be a pair [from, to]');
    }
    let operations = this.keys.get(event.key);
    if (operations === undefined) {
      operations = [];
      this.keys.set(event.key, operations);
    }
    const operation = begun(event, invoked, operations.length);
    operations.push(operation);
    this.running.set(event.process, { asked: event, operation });
  }

  private complete(event: HistoryEvent, completed: Moment, outcome: Outcome): void {
    const { line, process, f } = event;
    const running = this.running.get(process);
    if (running === undefined) {
      throw new MalformedHistory(
        line,
        `process ${process} completes a ${f} that it did not invoke`,
      );
    }
    const { asked, operation } = running;
    if (f !== asked.f) {
      throw new MalformedHistory(
        line,
        `process ${process} completes its ${asked.f} of line ${asked.line} as a ${f}`,
      );
    }
    if (event.key !== undefined && event.key !== asked.key) {
      throw new MalformedHistory(
        line,
        `process ${process} completes its ${asked.f} of line ${asked.line} with another key: ${event.key}, not ${asked.key}`,
      );
    }
    if (f === 'read' && outcome === 'ok' && event.value === undefined) {
      throw new MalformedHistory(line, 'an ok read without a value');
    }
    // Only an ok completion tells a value: some clients put a null or an error in its place
    // otherwise. And what a read returned need not have been known when it was invoked; what is
    // written must have been.
    const known = outcome === 'ok' && (f !== 'read' || (asked.value?.value ?? null) !== null);
    const agrees = event.value === undefined || event.value.value === asked.value?.value;
    if (known && !agrees) {
      throw new MalformedHistory(
        line,
        `process ${process} completes its ${asked.f} of line ${asked.line} with another value: ${event.value?.value}, not ${asked.value?.value}`,
      );
    }
    this.running.delete(process);
    operation.completed = completed;
    operation.outcome = outcome;
    if (outcome === 'fail') operation.observation = event.observation;
    if (operation.f === 'read' && outcome === 'ok') operation.value = event.value?.value ?? null;
  }
}

/** The operation of an invocation, open for as long as it does not complete. */
function begun({ process, f, value }: HistoryEvent, invoked: Moment, id: number): Begun {
  const completed = undefined;
  const outcome = 'open';
  const observation = undefined;
  const asked = value?.value ?? null;
  switch (f) {
    case 'read':
      return { id, process, invoked, completed, outcome, observation, f, value: null };
    case 'write':
      return { id, process, invoked, completed, outcome, observation, f, value: asked };
    case 'cas': {
      const [from, to] = value?.pair ?? [null, null];
      return { id, process, invoked, completed, outcome, observation, f, from, to };
    }
  }
}
