#!/usr/bin/env node
/**
 * Does what messages tell it: "echo" is answered, "who" with what it is, "print" writes a text to
 * stdout as it stands, and a file is made afterwards if one is named, "lines" with all that it has read.
 */

import { writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: {
    readonly type: string;
    readonly msg_id?: number;
    readonly text?: string;
    readonly file?: string;
  };
}

const heard: string[] = [];
const lines: string[] = [];
process.stderr.write('here I am\n');

function answer({ src, dest, body }: Message, reply: object): void {
  const line = { src: dest, dest: src, body: { ...reply, in_reply_to: body.msg_id } };
  writeSync(1, `${JSON.stringify(line)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message: Message = JSON.parse(line);
  const { type, text = '', file } = message.body;
  heard.push(type);
  lines.push(line);
  if (type === 'init') answer(message, { type: 'init_ok' });
  if (type === 'echo') answer(message, { type: 'echo_ok', text });
  if (type === 'print') writeSync(1, text);
  if (type === 'print' && file !== undefined) writeFileSync(file, '');
  if (type === 'lines') answer(message, { type: 'lines_ok', lines });
  if (type === 'who') {
    const run = process.env['RAFTWRIGHT_RUN'];
    answer(message, { type: 'who_ok', pid: process.pid, args: process.argv.slice(2), run, heard });
  }
});
