/** The tables of docs/metrics.md, written from the registry of a node that has all families. */

import { registerWalMetrics } from '../../src/instruments/wal.ts';
import { registerNodeMetrics } from '../../src/maelstrom/node-metrics.ts';
import { linKv } from '../../src/maelstrom/workloads/lin-kv.ts';
import type { CollectedFamily } from '../../src/metrics/family.ts';
import { Registry } from '../../src/metrics/registry.ts';

/** Families that are read together. */
interface Topic {
  readonly title: string;
  readonly note?: string;
  readonly names: RegExp;
}

/** The first that fits has the family. */
const topics: readonly Topic[] = [
  {
    title: 'Who leads',
    names:
      /^raft_(term|state|is_leader|has_leader|is_learner|node_info|members|leader_changes_seen_total|leaderless_seconds_total|leader_last_contact_.*|quorum_last_ack_.*)$/,
  },
  {
    title: 'Elections',
    names: /^raft_(election|elections|vote|step_downs|leadership)_.*|^raft_step_downs_total$/,
  },
  { title: 'Snapshots', names: /^raft_(snapshot|snapshots)_|^raft_log_compacted_entries_total$/ },
  {
    title: 'The log',
    names: /^raft_((commit|applied|durable|first_log|last_log)_index|log_entries|log_size_bytes)$/,
  },
  {
    title: 'Commands',
    names: /^raft_(proposals|commit_duration|apply|forwarded_requests)_/,
  },
  { title: 'Reads', names: /^raft_(reads|read_index)_/ },
  { title: 'The other nodes', names: /^raft_peer_|^raft_append_rejections_total$/ },
  {
    title: 'Messages between nodes',
    note: 'The types are those of [protocol.md](protocol.md), in snake_case: `append_request`.',
    names: /^raft_(messages|append_batch)_/,
  },
  {
    title: 'The write-ahead log',
    note: 'Only of a node with a data directory: `--data-dir`.',
    names: /^raft_wal_/,
  },
  {
    title: 'Requests',
    note: 'Of every machine, by the names that its own requests have: `send`, `poll`, `txn`. The table has those of lin-kv.',
    names: /^kv_(requests|request|duplicate_requests)_/,
  },
  { title: 'The key-value store', note: 'Only of lin-kv.', names: /^kv_/ },
  { title: 'Lines of Maelstrom', names: /^maelstrom_/ },
  { title: 'The process', names: /^process_|^raft_tick_delay_seconds$/ },
  { title: 'Node.js', names: /^nodejs_/ },
  { title: 'The metrics themselves', names: /^metrics_/ },
];

/** A registry with every family that a node can have. */
export function fullRegistry(): Registry {
  const registry = new Registry();
  registerNodeMetrics(registry, linKv, '0.0.0', () => 0);
  registerWalMetrics(registry);
  return registry;
}

/** @throws Error when a family belongs nowhere */
export function renderTables(families: readonly CollectedFamily[]): string {
  const left = [...families];
  const sections = topics.map(({ title, note, names }) => {
    const own = left.filter(({ name }) => names.test(name));
    for (const family of own) left.splice(left.indexOf(family), 1);
    const rows = own.map(rowOf);
    const notes = note === undefined ? [] : [note, ''];
    return [`### ${title}`, '', ...notes, ...header, ...rows, ''].join('\n');
  });
  if (left.length > 0) throw new Error(`no topic has ${left.map(({ name }) => name).join(', ')}`);
  return `${sections.join('\n')}`;
}

const header = ['| name | type | labels | unit | what it says |', '|---|---|---|---|---|'];

function rowOf(family: CollectedFamily): string {
  const cells = [
    `\`${family.name}\``,
    typeOf(family),
    family.labels.map((label, position) => labelText(family, label, position)).join('; '),
    family.unit ?? '',
    family.help,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function typeOf(family: CollectedFamily): string {
  if (family.type !== 'histogram') return family.type;
  const { upperBounds, exemplarLabel } = family;
  const exemplars = exemplarLabel === undefined ? '' : `, exemplars: \`${exemplarLabel}\``;
  return `histogram, ${upperBounds[0]} to ${upperBounds.at(-1)}${exemplars}`;
}

/** So many values of a label are listed at most. */
const listedMax = 8;

/** A label, and its values where they are known before anything has happened. */
function labelText(family: CollectedFamily, label: string, position: number): string {
  const values = [...new Set(family.samples.map(({ labels }) => labels[position] ?? ''))].sort();
  // Those of gauges, such as the version of Node.js, are what they are just now.
  const isKnown = family.type !== 'gauge' && values.length > 0;
  const isListed = isKnown && values.length <= listedMax;
  return `\`${label}\`${isListed ? `: ${values.join(', ')}` : ''}`;
}
