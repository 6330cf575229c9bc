/** The commands and results of a machine with sessions as others send them. */

import { objectOf } from './fields.ts';
import type { SessionCommand, SessionOwner, SessionResult } from './session-command.ts';

/** No node has a longer name. */
const maxNameLength = 1000;

/**
 * @param parse of a command of the machine inside
 * @throws TypeError when `value` is not a command.
 */
export function parseSessionCommand<Command>(
  value: unknown,
  parse: (value: unknown) => Command,
): SessionCommand<Command> {
  const fields = objectOf(value, 'a command');
  switch (fields['kind']) {
    case 'openSession':
      return { kind: 'openSession', owner: parseOwner(fields['owner']) };
    case 'command': {
      const session = number(fields, 'session');
      const sequence = number(fields, 'sequence');
      const firstOpen = number(fields, 'firstOpen');
      if (firstOpen > sequence) throw new TypeError('firstOpen is above the sequence');
      const command = parse(fields['command']);
      return { kind: 'command', session, sequence, firstOpen, command };
    }
    default:
      throw new TypeError('a command of a session has an unknown kind');
  }
}

/**
 * @param parse of a result of the machine inside
 * @throws TypeError when `value` is not a result.
 */
export function parseSessionResult<Result>(
  value: unknown,
  parse: (value: unknown) => Result,
): SessionResult<Result> {
  const fields = objectOf(value, 'a result');
  const { kind } = fields;
  switch (kind) {
    case 'opened':
      return { kind, session: number(fields, 'session') };
    case 'applied':
    case 'answered':
      return { kind, result: parse(fields['result']) };
    case 'sessionExpired':
    case 'forgotten':
      return { kind };
    default:
      throw new TypeError('a result of a session has an unknown kind');
  }
}

function parseOwner(value: unknown): SessionOwner {
  const fields = objectOf(value, 'an owner');
  const node = fields['node'];
  if (typeof node !== 'string' || node === '' || node.length > maxNameLength) {
    throw new TypeError('node is not the name of a node');
  }
  const life = fields['life'];
  if (!Number.isSafeInteger(life) || Number(life) < 0) throw new TypeError('life is not a count');
  return { node, life: Number(life) };
}

/** Sessions and sequences are numbered from 1. */
function number(fields: { readonly [member: string]: unknown }, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${name} is not a whole number from 1`);
  }
  return value;
}
