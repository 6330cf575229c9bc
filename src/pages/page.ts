/**
 * A page: one HTML file that needs nothing else, which its content security policy enforces. All
 * pages have one look (theme.ts), in light and dark as the reader's system has it.
 */

import { readFileSync } from 'node:fs';
import { embeddedJson, escapeHtml } from './html.ts';
import { theme } from './theme.ts';

export interface Page {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** Rules of this page alone, after those of all. */
  readonly style?: string;
  /** A file seen from browser/, without its extension. It runs when the body is there. */
  readonly script?: string;
  /** What the script reads: `JSON.parse(document.getElementById('data').textContent)`. */
  readonly data?: unknown;
  /** Whether the script may talk to the server that the page is from, and to nobody else. */
  readonly isLive?: boolean;
}

export function renderPage({ title, body, style = '', script, data, isLive }: Page): string {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "script-src 'unsafe-inline'",
    'img-src data:',
    ...(isLive === true ? ["connect-src 'self'"] : []),
  ].join('; ');
  const parts = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${theme}${style}</style>`,
    '</head>',
    '<body>',
    body,
  ];
  if (data !== undefined) {
    parts.push(`<script type="application/json" id="data">${embeddedJson(data)}</script>`);
  }
  if (script !== undefined) parts.push(`<script>${readScript(script)}</script>`);
  parts.push('</body>', '</html>', '');
  return parts.join('\n');
}

/** The build has put together each script with what it imports. */
function readScript(name: string): string {
  return readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8');
}
