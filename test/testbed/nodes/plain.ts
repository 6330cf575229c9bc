#!/usr/bin/env node
/**
 * Echoes and gives out ids, with nothing of this project: lines in, lines out. The argument may say
 * what is wrong: `lies` changes some echoes, `misses` refuses some,
 * `restarts` counts ids from 0 in each life.
 */

import { createInterface } from 'node:readline';

const [manner] = process.argv.slice(2);
let id = '';
let count = 0;

function answer(body: { readonly [field: string]: unknown }): object {
  count++;
  switch (body['type']) {
    case 'init':
      id = String(body['node_id']);
      count = 0;
      return { type: 'init_ok' };
    case 'echo': {
      if (manner === 'misses' && count % 3 === 0) return { type: 'error', code: 11, text: 'busy' };
      const text = String(body['echo']);
      const echo = manner === 'lies' && count % 7 === 3 ? text.toLowerCase() : text;
      return { type: 'echo_ok', echo, ...(manner === 'extra-key' ? { at: id } : {}) };
    }
    case 'generate': {
      const life = manner === 'restarts' ? '' : `-${process.pid}`;
      return manner === 'no-id'
        ? { type: 'generate_ok' }
        : { type: 'generate_ok', id: `${id}${life}-${count}` };
    }
    default:
      return { type: 'error', code: 10, text: 'not supported' };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { src, dest, body } = JSON.parse(line);
  const reply = { ...answer(body), in_reply_to: body.msg_id };
  process.stdout.write(`${JSON.stringify({ src: dest, dest: src, body: reply })}\n`);
}
