/** What a click means in the language of scenarios. */

import type { MessagePicture, Picture } from './picture.ts';

/** `deliver`, `drop` or `duplicate` for one message: by as few words as tell it from the others. */
export function aboutMessage(
  verb: 'deliver' | 'drop' | 'duplicate',
  message: MessagePicture,
  messages: readonly MessagePicture[],
): string {
  const { kind, from, to, fields } = message;
  const alike = messages.filter((it) => it.kind === kind && it.from === from && it.to === to);
  const address = `${kind} from ${from} to ${to}`;
  if (alike.length === 1) return `${verb} ${address}`;
  if (alike[0] === message) return `${verb} first ${address}`;
  return `${verb} first ${address} ${fields}`;
}

/** A name that no request has yet: `x`, `x2`, ... */
export function freeName({ requests }: Picture, name: string): string {
  const isTaken = (candidate: string) => requests.some((request) => request.name === candidate);
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}${number}`;
  return free;
}

/** The next letter that no request has: what a client proposes when nobody says what. */
export function nextCommand(picture: Picture): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (let round = 1; ; round++) {
    for (const letter of letters) {
      const name = round === 1 ? letter : `${letter}${round}`;
      if (freeName(picture, name) === name) return name;
    }
  }
}

/** Commands that cut these links, as few as possible. */
export function cutLinks(
  links: readonly (readonly [string, string])[],
  isSplit: boolean,
  ids: readonly string[],
): readonly string[] {
  if (isSplit) {
    const [first] = ids;
    const isApart = (id: string) =>
      links.some(([a, b]) => (a === first && b === id) || (b === first && a === id));
    const left = ids.filter((id) => !isApart(id));
    const right = ids.filter(isApart);
    if (left.length > 0 && right.length > 0) return [partition([left, right])];
  }
  const others = new Map<string, string[]>();
  for (const [a, b] of links) others.set(a, [...(others.get(a) ?? []), b]);
  return [...others].map(([a, list]) => `cut ${a} ${list.join(' ')}`);
}

export function partition(groups: readonly (readonly string[])[]): string {
  return `partition ${groups.map((group) => group.join(' ')).join(' | ')}`;
}

/** The voters and learners behind `change NODE to`. */
export function changeTo(
  node: string,
  voters: readonly string[],
  learners: readonly string[],
): string {
  const learning = learners.length === 0 ? '' : ` learners ${learners.join(' ')}`;
  return `change ${node} to ${voters.join(' ')}${learning}`;
}

/**
 * What comes next when a cluster is left to itself: what is on its way arrives. Null when nothing is,
 * so that time has to pass.
 */
export function nextMove({ messages }: Picture): string | null {
  if (messages.every(({ isHeld }) => isHeld)) return null;
  // `deliver` means what is held as well.
  return messages.some(({ isHeld }) => isHeld) ? 'settle' : 'deliver';
}
