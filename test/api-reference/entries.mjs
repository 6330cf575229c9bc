/** The entries of the package, as its manifest has them: what is imported, and the source of it. */

import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Those of the lower layers first: a type that several export stands on the first one's page. */
const order = ['raft', 'machine', 'storage', 'replica', 'maelstrom', 'metrics', 'checker'];

const { exports } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));

const place = (path) => {
  const at = order.indexOf(path.replace('./', ''));
  return path === '.' ? order.length + 1 : at === -1 ? order.length : at;
};

/** The comment at the head of a source, without its frame. */
function headOf(file) {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
  return comment.replaceAll(/^[ ]*\*?[ ]?/gm, '').trim();
}

/**
 * `path` is what is imported, `file` the source and `head` the comment at its head, `page` the page
 * of the reference, and `name` what TypeDoc calls the module.
 */
export const entries = Object.keys(exports)
  .filter((path) => typeof exports[path] !== 'string')
  .sort((a, b) => place(a) - place(b))
  .map((path) => {
    const file = resolve(root, exports[path].types.replace(/^\.\/dist\/(.*)\.d\.ts$/, '$1.ts'));
    return {
      path: path.replace(/^\./, 'raftwright'),
      page: path === '.' ? 'raftwright' : path.slice(2),
      file,
      head: headOf(file),
      name: relative(resolve(root, 'src'), file).replace(/(\/index)?\.ts$/, ''),
    };
  });
