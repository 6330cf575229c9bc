/**
 * The two loops that `loop` compares, each as a process: requests on stdin, replies on stdout.
 * The argument says which: `node`, a MaelstromNode; `promises`, one whose handlers are async; or
 * `bare`, the least that can be done with the same lines.
 */

import type { Body } from '../../src/maelstrom/message.ts';
import { MaelstromNode, type Reply } from '../../src/maelstrom/node.ts';

/** What a lin-kv node says, at no cost. */
function answer({ type }: Body): Reply {
  switch (type) {
    case 'read':
      return { type: 'read_ok', value: 3 };
    case 'write':
      return { type: 'write_ok' };
    default:
      return { type: 'error', code: 22, text: 'the value is 3' };
  }
}

function runNode(wrap: (reply: Reply) => Reply | Promise<Reply>): void {
  const node = new MaelstromNode();
  for (const type of ['read', 'write', 'cas']) node.handle(type, (body) => wrap(answer(body)));
  void node.run();
}

/** Checks nothing, and is right only as long as nothing is wrong. */
function runBareLoop(): void {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    let replies = '';
    for (const line of lines) {
      const { src, dest, body } = JSON.parse(line);
      const reply = body.type === 'init' ? { type: 'init_ok' } : answer(body);
      const said = { in_reply_to: body.msg_id, ...reply };
      replies += `${JSON.stringify({ src: dest, dest: src, body: said })}\n`;
    }
    if (replies !== '') process.stdout.write(replies);
  });
}

switch (process.argv[2]) {
  case 'node':
    runNode((reply) => reply);
    break;
  case 'promises':
    runNode(async (reply) => reply);
    break;
  default:
    runBareLoop();
}
