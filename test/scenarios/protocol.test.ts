/** docs/protocol.md speaks of every message, and its links lead somewhere. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';

const page = readFileSync(repositoryFile('docs/protocol.md'), 'utf8');
const messages = readFileSync(repositoryFile('src/raft/messages.ts'), 'utf8');

/** The interfaces of messages, each up to its end. */
const interfaces = messages.split(/^export interface /m).slice(1);

for (const text of interfaces) {
  const [, kind] = /readonly kind: '(\w+)'/.exec(text) ?? [];
  if (kind === undefined) continue;
  test(`docs/protocol.md has a section about ${kind}, with all fields`, () => {
    const section = new RegExp(`^### ${kind}\\n([^#]*)`, 'm').exec(page)?.[1];
    assert.ok(section !== undefined, `no section "### ${kind}"`);
    const [body = ''] = text.split(/^}/m);
    const fields = [...body.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name]) => name);
    const unsaid = fields.filter((name) => name !== 'kind' && name !== 'term');
    for (const name of unsaid) assert.ok(section.includes(`\`${name}\``), `${kind}: ${name}`);
  });
}

test('the links of docs/protocol.md and docs/divergences.md lead to files', () => {
  const divergences = readFileSync(repositoryFile('docs/divergences.md'), 'utf8');
  for (const [, target = ''] of `${page}${divergences}`.matchAll(/\]\(([^)#]+)\)/g)) {
    assert.ok(existsSync(repositoryFile(`docs/${target}`)), target);
  }
});
