/** What the checks need to know of a page's Markdown. */

export interface Section {
  /** 1 for the title of the page. */
  readonly depth: number;
  readonly title: string;
  /** What follows, up to the next heading of any depth. */
  readonly lines: readonly string[];
}

/** The page without what stands in fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

export function sectionsOf(text: string): readonly Section[] {
  const sections: { depth: number; title: string; lines: string[] }[] = [];
  for (const line of proseOf(text).split('\n')) {
    const [, marks, title = ''] = /^(#+) (.*)$/.exec(line) ?? [];
    if (marks !== undefined) sections.push({ depth: marks.length, title, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** The address of a heading within its page, as GitHub makes it. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

export interface Link {
  readonly text: string;
  /** Without the anchor; empty for the page itself. */
  readonly file: string;
  /** Without its `#`, or null. */
  readonly anchor: string | null;
}

/** Links to other files, or within the page; not those to other sites. */
export function linksOf(text: string): readonly Link[] {
  return [...proseOf(text).matchAll(/\[([^\]]*)\]\(([^)\s]*)\)/g)].flatMap(
    ([, words = '', to = '']) => {
      if (/^https?:/.test(to)) return [];
      const [file = '', anchor = null] = to.split('#');
      return [{ text: words.replaceAll(/\s+/g, ' '), file, anchor }];
    },
  );
}

/** Of a list: each entry with the lines that belong to it. */
export function bulletsOf(lines: readonly string[]): readonly string[] {
  const bullets: string[] = [];
  for (const line of lines) {
    if (line.startsWith('- ')) bullets.push(line.slice(2));
    else if (line.startsWith('  ') && bullets.length > 0)
      bullets.push(`${bullets.pop()} ${line.trim()}`);
  }
  return bullets;
}
