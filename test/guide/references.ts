/** Whatever a page of the guide refers to is there. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseFragment } from '../../src/theatre/address.ts';
import { repositoryFile } from '../process.ts';
import { scenarioFile } from '../scenarios/collection.ts';
import { isDefined } from '../scenarios/index/definitions.ts';
import type { Chapter } from './chapter.ts';
import { anchorOf, bulletsOf, type Link, linksOf, sectionsOf } from './markdown.ts';

export function brokenReferences(chapter: Chapter): readonly string[] {
  const links = linksOf(chapter.text).flatMap((link) => faultOfLink(chapter, link));
  return [...links, ...missingFiles(chapter), ...undefinedNames(chapter)];
}

function faultOfLink({ path, text }: Chapter, { file, anchor }: Link): readonly string[] {
  const target = file === '' ? path : normalize(join(dirname(path), file));
  if (!existsSync(repositoryFile(target))) return [`a link to ${file}, which is not there`];
  if (anchor === null) return [];
  if (target.endsWith('.html')) return faultOfPlace(anchor);
  const page = file === '' ? text : readFileSync(repositoryFile(target), 'utf8');
  const anchors = sectionsOf(page).map(({ title }) => anchorOf(title));
  return anchors.includes(anchor) ? [] : [`a link to ${file}#${anchor}, but no heading is so`];
}

/** In the theatre: the scenario that is played. */
function faultOfPlace(fragment: string): readonly string[] {
  const place = parseFragment(fragment);
  if (place === null) return [`the theatre does not know the place #${fragment}`];
  const isThere = place.kind === 'script' || existsSync(scenarioFile(place.path));
  return isThere ? [] : [`the theatre has no scenario of #${fragment}`];
}

/** Paths in prose and in commands that a reader types. */
function missingFiles({ text }: Chapter): readonly string[] {
  const paths = text.matchAll(
    /(?<![\w./-])(dist\/)?((?:src|test|docs|bin)\/[\w./-]*\w)(?![\w*<])/g,
  );
  return [...paths].flatMap(([, dist, path = '']) => {
    const source = dist === undefined ? path : path.replace(/\.js$/, '.ts');
    return existsSync(repositoryFile(source)) ? [] : [`${path} is named, and is not there`];
  });
}

/** Under "Files" each entry begins with a link; the names after it are defined there. */
function undefinedNames({ path, text }: Chapter): readonly string[] {
  const files = sectionsOf(text).find(({ title }) => title === 'Files');
  return bulletsOf(files?.lines ?? []).flatMap((bullet) => {
    const [link] = linksOf(bullet);
    if (link === undefined || !bullet.startsWith('[')) return [`no link begins "${bullet}"`];
    const file = normalize(join(dirname(path), link.file));
    const names = [...bullet.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    return names
      .filter((name) => file.endsWith('.ts') && !isDefined({ file, name }))
      .map((name) => `${file} does not define ${name}`);
  });
}
