/** The form that all chapters have. */

import { basename } from 'node:path';
import { exhibits } from '../museum/exhibits/index.ts';
import type { Chapter } from './chapter.ts';
import { linksOf, type Section, sectionsOf } from './markdown.ts';
import { widthMax } from './wrap.ts';

/** Ten minutes, with the traces and without the answers. */
const lineCountMax = 270;

const endings = ['Files', 'Exercises', 'Next'];

/** @param guide README.md and all chapters, in their order */
export function faultsOfForm(chapter: Chapter, guide: readonly Chapter[]): readonly string[] {
  const { path, text } = chapter;
  const lines = text.split('\n');
  const long = lines.flatMap((line, at) =>
    line.length > widthMax && !/^\||^<!--|^\+ |\]\(/.test(line)
      ? [`line ${at + 1} has ${line.length} characters`]
      : [],
  );
  if (basename(path) === 'README.md') return [...long, ...faultsOfContents(chapter, guide)];
  const { length } = text.replaceAll(/^<details>[\s\S]*?^<\/details>$/gm, '').split('\n');
  const tooMany = length > lineCountMax ? [`${length} lines are no short chapter`] : [];
  return [...long, ...tooMany, ...faultsOfSections(chapter), ...faultsOfWay(chapter, guide)];
}

/** README.md lists the chapters, each by its title. */
function faultsOfContents({ text }: Chapter, guide: readonly Chapter[]): readonly string[] {
  const listed = linksOf(text).filter(({ file }) => /^\d\d-/.test(file));
  return guide.slice(1).flatMap(({ path, text }, at) => {
    const link = listed[at];
    const title = titleOf(text);
    const isListed = link?.file === basename(path) && title === `${at + 1}. ${link.text}`;
    return isListed ? [] : [`chapter ${at + 1} of the list is not "${title}", ${basename(path)}`];
  });
}

function faultsOfSections({ path, text }: Chapter): readonly string[] {
  const sections = sectionsOf(text);
  const number = Number(basename(path).slice(0, 2));
  const faults: string[] = [];
  if (!titleOf(text).startsWith(`${number}. `)) faults.push(`the title is not "# ${number}. ..."`);
  const opening = (sections[0]?.lines ?? []).filter((line) => line !== '');
  const end = opening.findIndex((line) => !line.startsWith('>'));
  const question = opening.slice(0, end < 0 ? opening.length : end);
  if (!question.at(-1)?.endsWith('?')) faults.push('below the title, "> ...?" is missing');
  const last = sections.filter(({ depth }) => depth === 2).slice(-endings.length);
  if (last.map(({ title }) => title).join() !== endings.join()) {
    faults.push(`the last sections are not ${endings.join(', ')}`);
  }
  return [...faults, ...faultsOfExercises(sections)];
}

function faultsOfExercises(sections: readonly Section[]): readonly string[] {
  const start = sections.findIndex(({ title }) => title === 'Exercises');
  const end = sections.findIndex(({ title }) => title === 'Next');
  const exercises = sections.slice(start + 1, end);
  const isCount = exercises.length >= 2 && exercises.length <= 4;
  const faults = exercises.flatMap(({ title, lines }) => {
    const answer = lines.join('\n').split('<details>')[1] ?? '';
    const numbers = [...answer.matchAll(/\[exhibit\s(\d+)\]\(\.\.\/museum\.md\)/gi)].map(numberIn);
    const unknown = numbers.filter((number) => !exhibits.some((other) => other.number === number));
    return [
      ...(numbers.length === 0 ? [`the answer to "${title}" names no exhibit`] : []),
      ...unknown.map((number) => `the museum has no exhibit ${number}`),
    ];
  });
  return isCount ? faults : [...faults, `${exercises.length} exercises: two to four are wanted`];
}

function numberIn([, digits]: RegExpExecArray): number {
  return Number(digits);
}

/** "Next" leads to the chapter after and to the one before; at the ends, to the contents. */
function faultsOfWay(chapter: Chapter, guide: readonly Chapter[]): readonly string[] {
  const at = guide.findIndex(({ path }) => path === chapter.path);
  const next = sectionsOf(chapter.text).find(({ title }) => title === 'Next');
  const files = linksOf((next?.lines ?? []).join('\n')).map(({ file }) => file);
  return [guide[at - 1], guide[at + 1] ?? guide[0]]
    .map((other) => basename(other?.path ?? ''))
    .filter((name) => !files.includes(name))
    .map((name) => `"Next" does not lead to ${name}`);
}

function titleOf(text: string): string {
  return sectionsOf(text)[0]?.title ?? '';
}
