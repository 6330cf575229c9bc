import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes, RpcError } from '../../src/maelstrom/errors.ts';
import type { MaelstromNode } from '../../src/maelstrom/node.ts';
import { KeyValueService, TimestampService } from '../../src/maelstrom/services.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { quiet, StreamedNode } from './streams.ts';

function echo(node: MaelstromNode): void {
  node.handle('echo', (body) => ({ type: 'echo_ok', echo: body['echo'] ?? null }));
}

test('init tells a node who it is, and is answered after the initializers', async () => {
  const order: string[] = [];
  const node = new StreamedNode((it) => {
    it.onInit(async () => {
      await quiet();
      order.push(`${it.id} of ${it.nodeIds}`);
    });
  });
  assert.throws(() => node.node.id, /not been initialized/);
  const reply = await node.ask({ type: 'init', node_id: 'n1', node_ids: ['n1', 'n2'] });
  assert.deepEqual(reply, { type: 'init_ok', in_reply_to: 1 });
  assert.deepEqual(order, ['n1 of n1,n2']);
});

test('the answer to init leaves before any other, whatever arrives together with it', async () => {
  const node = new StreamedNode(echo);
  const init = { type: 'init', node_id: 'n1', node_ids: ['n1'], msg_id: 1 };
  const lines = [init, { type: 'echo', echo: 1, msg_id: 2 }].map((body) =>
    JSON.stringify({ src: 'c1', dest: 'n1', body }),
  );
  node.write(`${lines.join('\n')}\n`);
  assert.equal((await node.next()).body.type, 'init_ok');
  assert.equal((await node.next()).body.type, 'echo_ok');
});

test('what a handler returns is the reply, at once or later; undefined is none', async () => {
  const node = await StreamedNode.initialized((it) => {
    echo(it);
    it.handle('later', async () => {
      await quiet();
      return { type: 'later_ok' };
    });
    it.handle('silent', () => undefined);
  });
  assert.deepEqual(await node.ask({ type: 'echo', echo: [1, { a: null }], msg_id: 77 }), {
    type: 'echo_ok',
    echo: [1, { a: null }],
    in_reply_to: 77,
  });
  node.send({ type: 'silent', msg_id: 5 });
  assert.equal((await node.ask({ type: 'later' })).type, 'later_ok');
  const [reply] = node.messages.slice(-1);
  assert.deepEqual([reply?.src, reply?.dest], ['n1', 'c1']);
});

test('a message without msg_id is handled and not answered', async () => {
  let handled = 0;
  const node = await StreamedNode.initialized((it) => {
    it.handle('note', (_body, { wantsReply }) => {
      assert.equal(wantsReply, false);
      handled++;
      return { type: 'note_ok' };
    });
  });
  node.send({ type: 'note' });
  node.send({ type: 'nobody knows this' });
  await quiet();
  assert.equal(handled, 1);
  assert.equal(node.messages.length, 1, 'only init_ok');
});

test('a thrown RpcError is the reply; anything else is error 13 and is logged', async () => {
  const node = await StreamedNode.initialized((it) => {
    it.handle('refuse', () => {
      throw new RpcError(errorCodes.preconditionFailed, 'not that');
    });
    it.handle('break', async () => {
      await quiet();
      throw new TypeError('a fault of the program');
    });
  });
  const refused = await node.ask({ type: 'refuse' });
  assert.deepEqual(refused, { type: 'error', code: 22, text: 'not that', in_reply_to: 2 });
  const broken = await node.ask({ type: 'break' });
  assert.equal(broken['code'], 13);
  assert.match(node.logged.join('\n'), /a fault of the program/);
  assert.equal((await node.ask({ type: 'refuse' }))['code'], 22, 'it keeps serving');
});

test('an unknown type gets 10; anything before init gets 11', async () => {
  const node = new StreamedNode(echo);
  assert.equal((await node.ask({ type: 'echo' }))['code'], 11);
  await node.ask({ type: 'init', node_id: 'n1', node_ids: ['n1'] });
  assert.equal((await node.ask({ type: 'sing' }))['code'], 10);
  assert.equal((await node.ask({ type: 'toString' }))['code'], 10);
});

test('what arrives right behind init waits until it is done', async () => {
  const node = new StreamedNode((it) => {
    echo(it);
    it.onInit(() => quiet());
  });
  node.send({ type: 'init', msg_id: 1, node_id: 'n1', node_ids: ['n1'] });
  node.send({ type: 'echo', msg_id: 2, echo: 5 });
  assert.equal((await node.next()).body.type, 'init_ok');
  assert.deepEqual((await node.next()).body, { type: 'echo_ok', echo: 5, in_reply_to: 2 });
});

test('a second init is refused, and so is one that makes no sense', async () => {
  const bad = new StreamedNode();
  const bodies = [
    { node_id: 5, node_ids: ['n1'] },
    { node_id: 'n1', node_ids: 'n1' },
    { node_id: 'n1', node_ids: ['n1', 7] },
    { node_id: 'n1', node_ids: ['n2'] },
    { node_id: 'n1', node_ids: ['n1', 'n1'] },
    {},
  ];
  for (const body of bodies) {
    const reply = await bad.ask({ type: 'init', ...body });
    assert.deepEqual([reply.type, reply['code']], ['error', 12], JSON.stringify(body));
  }
  const good = await bad.ask({ type: 'init', node_id: 'n1', node_ids: ['n1'] });
  assert.equal(good.type, 'init_ok', 'the first good one counts');
  const again = await bad.ask({ type: 'init', node_id: 'n2', node_ids: ['n1', 'n2'] });
  assert.equal(again['code'], errorCodes.preconditionFailed);
  assert.equal(bad.node.id, 'n1');
});

test('an initializer that fails is error 13, and the node stays uninitialized', async () => {
  const node = new StreamedNode((it) => {
    echo(it);
    it.onInit(() => {
      throw new Error('the disk is missing');
    });
  });
  const reply = await node.ask({ type: 'init', node_id: 'n1', node_ids: ['n1'] });
  assert.deepEqual([reply['code'], reply['text']], [13, 'the disk is missing']);
  assert.equal((await node.ask({ type: 'echo' }))['code'], 11);
});

test('malformed lines: counted, logged once, answered with 12 where there is somebody', async () => {
  let counted = 0;
  const node = await StreamedNode.initialized(echo, {
    observer: { onMalformedLine: () => counted++ },
  });
  const answered = [
    '{"src":"c1","dest":"n1","body":{"msg_id":9}}',
    '{"src":"c1","dest":"n1","body":{"type":7,"msg_id":9}}',
    '{"src":"c1","dest":"n1","body":{"type":"","msg_id":9}}',
  ];
  const unanswered = [
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":9,"in_reply_to":"x"}}',
    'garbage',
    '',
    '   ',
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":9',
    '[]',
    '7',
    'null',
    '"text"',
    '{}',
    '{"src":"c1","dest":"n1"}',
    '{"src":"c1","dest":"n1","body":[]}',
    '{"src":"c1","dest":"n1","body":null}',
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":"9"}}',
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":1.5}}',
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":null}}',
    '{"src":5,"dest":"n1","body":{"type":"echo","msg_id":9}}',
    '{"src":"","dest":"n1","body":{"type":"echo","msg_id":9}}',
    '{"src":"c1","dest":null,"body":{"type":"echo","msg_id":9}}',
    '{"dest":"n1","body":{"type":"echo","msg_id":9}}',
  ];
  for (const line of [...answered, ...unanswered]) node.write(`${line}\n`);
  node.write(Buffer.from([0x22, 0xff, 0x22, 0x0a]));
  const invalidUtf8 = '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":9,"echo":"?"}}\n';
  node.write(Buffer.from(invalidUtf8.replace('?', '\xe9'), 'latin1'));
  await quiet();
  assert.equal((await node.ask({ type: 'echo', echo: 'still here' }))['code'], 12);
  const errors = node.messages.filter(({ body }) => body.type === 'error');
  assert.equal(errors.length, answered.length + 1);
  for (const { body } of errors) assert.deepEqual([body['code'], body['in_reply_to']], [12, 9]);
  assert.equal(counted, answered.length + unanswered.length + 2);
  assert.equal(node.logged.length, counted);
  assert.match(node.logged.join('\n'), /garbage/);
  await quiet();
  assert.equal(node.messages.at(-1)?.body.type, 'echo_ok', 'it keeps serving');
});

test('a line beyond the limit is answered with 12, its sender made out exactly', async () => {
  const node = await StreamedNode.initialized(echo, { maxLineBytes: 1000 });
  const long = await node.ask({ type: 'echo', echo: 'x'.repeat(2000), msg_id: 42 });
  assert.deepEqual([long['code'], long['in_reply_to']], [12, 42]);
  assert.match(String(long['text']), /bytes long/);
  // Beyond a multiple of the limit nothing is kept, so nobody can be told.
  node.send({ type: 'echo', echo: 'x'.repeat(9000), msg_id: 43 });
  assert.equal((await node.ask({ type: 'echo', echo: 1 })).type, 'echo_ok');
  assert.ok((node.logged.at(-1)?.length ?? 0) < 300, 'only the beginning is logged');
});

test('an answer is never answered, so that two nodes cannot go on for ever', async () => {
  const node = await StreamedNode.initialized();
  node.send({ type: 'error', code: 10, text: 'x', in_reply_to: 5, msg_id: 6 }, 'n2');
  node.write('{"src":"n2","dest":"n1","body":{"type":5,"in_reply_to":5,"msg_id":6}}\n');
  await quiet();
  assert.equal(node.messages.length, 1);
});

test('rpc resolves with the answer, and rejects with an error reply', async () => {
  const node = await StreamedNode.initialized();
  const answer = node.node.rpc('n2', { type: 'ask', question: 6 });
  const sent = (await node.next()).body;
  assert.deepEqual([sent.type, sent['question']], ['ask', 6]);
  node.send({ type: 'other', in_reply_to: 12345 }, 'n2');
  node.send({ type: 'forged', in_reply_to: sent['msg_id'] }, 'n3');
  node.send({ type: 'ask_ok', answer: 42, in_reply_to: sent['msg_id'] }, 'n2');
  assert.equal((await answer)['answer'], 42);

  const refused = node.node.rpc('n2', { type: 'ask' });
  const { msg_id } = (await node.next()).body as { msg_id?: unknown };
  node.send({ type: 'error', code: 20, text: 'no such thing', in_reply_to: msg_id }, 'n2');
  await assert.rejects(refused, (error: RpcError) => {
    assert.deepEqual([error.code, error.message, error.isDefinite], [20, 'no such thing', true]);
    return true;
  });
});

test('an answer to an earlier life of the node is not taken for one to this life', async () => {
  const earlier = await StreamedNode.initialized();
  earlier.node.rpc('n2', { type: 'ask', question: 6 }).catch(() => {});
  const { msg_id } = (await earlier.next()).body;
  const node = await StreamedNode.initialized();
  const answer = node.node.rpc('n2', { type: 'ask', question: 7 });
  const sent = (await node.next()).body;
  node.send({ type: 'ask_ok', answer: 42, in_reply_to: msg_id }, 'n2');
  node.send({ type: 'ask_ok', answer: 49, in_reply_to: sent['msg_id'] }, 'n2');
  assert.equal((await answer)['answer'], 49);
});

test('rpc gives up after its time, indefinitely, or when it is aborted', async () => {
  const clock = new VirtualClock();
  const node = await StreamedNode.initialized(undefined, { clock });
  const late = node.node.rpc('n2', { type: 'ask' }, { timeoutMs: 250 });
  const lateFails = assert.rejects(late, (error: RpcError) => {
    assert.deepEqual([error.code, error.isDefinite], [errorCodes.timeout, false]);
    return true;
  });
  await clock.advance(249);
  await clock.advance(1);
  await lateFails;

  const controller = new AbortController();
  const aborted = node.node.rpc('n2', { type: 'ask' }, { signal: controller.signal });
  controller.abort(new Error('changed my mind'));
  await assert.rejects(aborted, /changed my mind/);
  await assert.rejects(
    node.node.rpc('n2', { type: 'ask' }, { signal: controller.signal }),
    /changed my mind/,
  );
});

test('the services are spoken to in their own words', async () => {
  const node = await StreamedNode.initialized();
  const answerNext = async (reply: object, expected: object, dest: string): Promise<void> => {
    const request = await node.next();
    const { msg_id, ...body } = request.body as { msg_id?: unknown; type: string };
    assert.deepEqual(body, expected);
    assert.equal(request.dest, dest);
    node.send({ ...reply, in_reply_to: msg_id }, dest);
  };
  const store = new KeyValueService(node.node, 'seq-kv');
  const read = store.read('k');
  await answerNext({ type: 'read_ok', value: 3 }, { type: 'read', key: 'k' }, 'seq-kv');
  assert.equal(await read, 3);
  const write = store.write([1], null);
  await answerNext({ type: 'write_ok' }, { type: 'write', key: [1], value: null }, 'seq-kv');
  await write;
  const cas = store.cas('k', 1, 2, { createIfNotExists: true });
  await answerNext(
    { type: 'error', code: 22, text: 'no' },
    { type: 'cas', key: 'k', from: 1, to: 2, create_if_not_exists: true },
    'seq-kv',
  );
  await assert.rejects(cas, (error: RpcError) => error.code === 22);
  const timestamp = new TimestampService(node.node).next();
  await answerNext({ type: 'ts_ok', ts: 9 }, { type: 'ts' }, 'lin-tso');
  assert.equal(await timestamp, 9);
});

test('all that is said in one turn of the event loop is one write', async () => {
  const node = await StreamedNode.initialized(echo);
  const before = node.writes.length;
  for (let i = 0; i < 50; i++) node.send({ type: 'echo', echo: i, msg_id: 100 + i });
  node.node.send('n2', { type: 'hello' });
  await quiet();
  assert.equal(node.messages.length, 52);
  assert.ok(node.writes.length - before <= 2, `${node.writes.length - before} writes`);
});

test('when the input ends, what is being handled is still answered; then the node is done', async () => {
  const node = await StreamedNode.initialized((it) => {
    it.handle('slow', async () => {
      await quiet();
      return { type: 'slow_ok' };
    });
  });
  node.send({ type: 'slow', msg_id: 3 });
  node.end();
  await node.ended;
  assert.equal(node.messages.at(-1)?.body.type, 'slow_ok');
});

test('a handler that never ends does not keep the node alive for ever', async () => {
  const clock = new VirtualClock();
  const node = await StreamedNode.initialized(
    (it) => it.handle('never', () => new Promise(() => {})),
    { clock, maxDrainMs: 500 },
  );
  node.send({ type: 'never', msg_id: 3 });
  node.end();
  await quiet();
  await clock.advance(500);
  await node.ended;
});

test('when nobody reads any more, the node ends quietly', async () => {
  const node = await StreamedNode.initialized();
  node.output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await node.ended;
  assert.deepEqual(node.logged, []);
});

test('a type has one handler', () => {
  const { node } = new StreamedNode(echo);
  assert.throws(() => echo(node), /a handler for echo already/);
  assert.throws(() => node.handle('init', () => undefined), /use onInit/);
});
