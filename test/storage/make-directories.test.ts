import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectories } from '../../src/storage/make-directories.ts';

test('directories are made with those above them, and may exist; a file in the way is an error', () => {
  const root = mkdtempSync(join(tmpdir(), 'raftwright-'));
  try {
    makeDirectories(join(root, 'a', 'b'));
    makeDirectories(join(root, 'a', 'b'));
    assert.ok(existsSync(join(root, 'a', 'b')));
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => makeDirectories(join(root, 'file')), { code: 'EEXIST' });
    assert.throws(() => makeDirectories(join(root, 'file', 'c')), { code: 'ENOTDIR' });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a directory below /proc is refused, and not tried for ever', {
  skip: !existsSync('/proc/self') && 'there is no /proc',
}, () => {
  assert.throws(() => makeDirectories('/proc/raftwright/pages'), { code: 'ENOENT' });
});
