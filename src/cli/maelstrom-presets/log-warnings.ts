/**
 * What Maelstrom's log says against the nodes. A node that prints what is no message is silenced
 * for the rest of the run, with no more than a warning, and the verdict may be good all the same:
 * nobody else would hear of it. What Jepsen and the JVM warn of otherwise is told apart.
 */

/** Different warnings of which the text is kept; more are only counted. */
const maxDistinct = 20;
/** Lines kept of one entry: what is wrong stands in the first few, before the stack trace. */
const maxEntryLines = 12;
const maxLineLength = 2000;
const maxSummaryLength = 300;

export interface Warning {
  /** In a line: who warned, and of what. */
  readonly text: string;
  readonly times: number;
}

export interface LogFindings {
  /** A node has misbehaved. */
  readonly ofNodes: readonly Warning[];
  /** Anything else: plots that cannot be drawn, clients that waited in vain, the JVM. */
  readonly others: readonly Warning[];
}

interface Entry {
  readonly level: string;
  readonly thread: string;
  readonly logger: string;
  readonly lines: string[];
}

/** As on the console: `WARN [2023-08-31 07:34:14,717] n1 stdout - maelstrom.process Error!` */
const consoleEntry = /^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL) \[[^\]]*\] (.*?) - (\S+) ?(.*)$/;
/** As in jepsen.log, with tabs: `2023-02-25 21:15:31,337{GMT} WARN [n1 stdout] maelstrom.process: Error!` */
const fileEntry =
  /^\d{4}-\d\d-\d\d \S+\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t\[([^\]]*)\] (\S+): ?(.*)$/;

/** Maelstrom runs a node's streams and sets it up in threads with the node's name. */
const nodeThread = /^(?:node )?\S+ (?:stdin|stdout|stderr)$|^node \S+$/;
const nodeLoggers = ['maelstrom.process', 'maelstrom.net', 'maelstrom.db', 'maelstrom.client'];
const nodeFaults =
  /not well-formed JSON|Malformed (?:network message|RPC response)|Invalid (?:dest|source) for message|No (?:source|destination) for message|No such node in network|Node \S+ crashed with exit status|:node-crashed|:init-failed|Expected (?:an init_ok|node \S+ to respond)/;

/** Reads a log line by line, console or file. */
export class LogReader {
  #entry: Entry | null = null;
  /** Nodes go one after the other, and one that is still there may write to one that is gone. */
  #isOver = false;
  /** Nodes that are down by a fault: what they said last may have been cut in the middle. */
  readonly #killed = new Set<string>();
  readonly #ofNodes = new Map<string, number>();
  readonly #others = new Map<string, number>();

  push(line: string): void {
    const [, level, thread, logger, text] = consoleEntry.exec(line) ?? fileEntry.exec(line) ?? [];
    if (level === undefined || thread === undefined || logger === undefined) {
      const lines = this.#entry?.lines ?? [];
      if (lines.length < maxEntryLines) lines.push(line.slice(0, maxLineLength));
      return;
    }
    this.#close();
    this.#entry = { level, thread, logger, lines: [(text ?? '').slice(0, maxLineLength)] };
    if (logger === 'maelstrom.db') this.#noteLife(text ?? '');
  }

  #noteLife(text: string): void {
    const [, what, node = ''] = /^(Setting up|Killing|Tearing down) (\S+)/.exec(text) ?? [];
    if (what === 'Killing') this.#killed.add(node);
    if (what === 'Tearing down') this.#isOver = true;
    if (what === 'Setting up') {
      this.#killed.delete(node);
      this.#isOver = false;
    }
  }

  /** To be called once, at the end. */
  findings(): LogFindings {
    this.#close();
    return { ofNodes: warningsIn(this.#ofNodes), others: warningsIn(this.#others) };
  }

  #close(): void {
    const entry = this.#entry;
    this.#entry = null;
    if (entry === null || !['WARN', 'ERROR', 'FATAL'].includes(entry.level)) return;
    const counts = isOfNode(entry) && !this.#isExcused(entry) ? this.#ofNodes : this.#others;
    const text = summary(entry);
    const isKept = counts.has(text) || counts.size < maxDistinct;
    const key = isKept ? text : 'more of other texts';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  #isExcused({ thread, lines }: Entry): boolean {
    const text = lines.join('\n');
    if (/Invalid dest for message/.test(text)) return this.#isOver;
    const node = /^(\S+) stdout$/.exec(thread)?.[1] ?? '';
    return /not well-formed JSON/.test(text) && this.#killed.has(node);
  }
}

function isOfNode({ thread, logger, lines }: Entry): boolean {
  return (
    nodeThread.test(thread) || nodeLoggers.includes(logger) || nodeFaults.test(lines.join('\n'))
  );
}

/** What is wrong stands after the words "Error!" or "Process 3 crashed". */
function summary({ thread, logger, lines }: Entry): string {
  const [first = '', second = ''] = lines.map((line) => line.trim());
  const isVague = /^(?:Error!?|error processing std\w+:?|Process \S+ crashed|Oh jeez.*)$/.test(
    first,
  );
  const told = isVague && second !== '' ? `${first} ${second}` : first;
  return `${thread} (${logger}): ${told}`.slice(0, maxSummaryLength);
}

function warningsIn(counts: ReadonlyMap<string, number>): Warning[] {
  return [...counts].map(([text, times]) => ({ text, times }));
}

/** What a text, such as an exception's, says against a node; null when it says nothing. */
export function faultOfNode(text: string): string | null {
  const at = text.search(nodeFaults);
  return at < 0 ? null : text.slice(at, at + maxSummaryLength);
}

/** The findings of a whole text. */
export function findingsIn(log: string): LogFindings {
  const reader = new LogReader();
  for (const line of log.split(/\r?\n/)) reader.push(line);
  return reader.findings();
}

/** Both, where the same may stand in both: what the console shows is in the file as well. */
export function mergeFindings(a: LogFindings, b: LogFindings): LogFindings {
  const merge = (some: readonly Warning[], more: readonly Warning[]): Warning[] => {
    const counts = new Map(some.map(({ text, times }) => [text, times]));
    for (const { text, times } of more) counts.set(text, Math.max(times, counts.get(text) ?? 0));
    return warningsIn(counts);
  };
  return { ofNodes: merge(a.ofNodes, b.ofNodes), others: merge(a.others, b.others) };
}
