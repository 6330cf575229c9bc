/**
 * Which commands of a log take effect, by a naive account of sessions that shares no code with the
 * machine's: of each session's each number the first, while the session exists and the number is not
 * below what its owner still waits for. Limits that no simulated run comes near are left out.
 */

import type { SessionCommand } from '../../machine/session-command.ts';
import type { LogEntry } from './node-watch.ts';

export interface EffectiveCommand<Command> {
  readonly index: number;
  readonly command: Command;
}

interface NaiveSession {
  readonly id: number;
  readonly node: string;
  usedAt: number;
  floor: number;
  readonly seen: Set<number>;
}

export function effectiveCommands<Command>(
  log: readonly LogEntry[],
): readonly EffectiveCommand<Command>[] {
  const effective: EffectiveCommand<Command>[] = [];
  let sessions: NaiveSession[] = [];
  let opened = 0;
  for (const entry of log) {
    if (entry.kind !== 'command') continue;
    const { index } = entry;
    const command = entry.command as SessionCommand<Command>;
    if (command.kind === 'openSession') {
      const { node } = command.owner;
      const [last] = sessions.filter((it) => it.node === node).sort((a, b) => b.usedAt - a.usedAt);
      // The one that was used last stays beside the new one.
      sessions = sessions.filter((it) => it.node !== node || it === last);
      sessions.push({ id: ++opened, node, usedAt: index, floor: 1, seen: new Set() });
      continue;
    }
    const session = sessions.find(({ id }) => id === command.session);
    if (session === undefined) continue;
    session.usedAt = index;
    session.floor = Math.max(session.floor, command.firstOpen);
    if (command.sequence < session.floor || session.seen.has(command.sequence)) continue;
    session.seen.add(command.sequence);
    effective.push({ index, command: command.command });
  }
  return effective;
}
