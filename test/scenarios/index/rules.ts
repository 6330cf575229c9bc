/**
 * The index of the rules: what Raft demands, where that is written, which functions follow it, and
 * which scenarios show it. `docs/rules.txt` lists the rules, this finds their scenarios.
 */

import { readFileSync } from 'node:fs';
import type { CodeReference, Scenario } from '../../../src/testbed/scenario/script.ts';
import { repositoryFile } from '../../process.ts';
import { scenarioPaths } from '../collection.ts';

export interface Rule {
  /** One sentence. */
  readonly rule: string;
  readonly sources: readonly string[];
  readonly code: readonly CodeReference[];
  /** What a scenario that shows the rule says in its own rule or name, or null. */
  readonly words: RegExp | null;
  /** The paths of the scenarios, when they were given, or null. */
  readonly shown: readonly string[] | null;
}

export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly Rule[];
}

const fieldNames = ['rule', 'source', 'code', 'words', 'shown'] as const;
type FieldName = (typeof fieldNames)[number];
type Fields = Partial<Record<FieldName, string>>;

/** @throws Error naming what is not in the form that the head of the file describes. */
export function readRules(): readonly RuleGroup[] {
  const text = readFileSync(repositoryFile('docs/rules.txt'), 'utf8');
  const [, ...groups] = text.split(/^## /m);
  return groups.map((group) => {
    const [title = '', ...paragraphs] = group.split(/\n\n+/);
    return { title, rules: paragraphs.filter((it) => it.trim() !== '').map(parseRule) };
  });
}

function parseRule(paragraph: string): Rule {
  const fields: Fields = {};
  for (const line of paragraph.trim().split('\n')) {
    const [, name, value] = /^(\w+): (.+)$/.exec(line) ?? [];
    const known = fieldNames.find((it) => it === name);
    if (known === undefined || value === undefined || fields[known] !== undefined) {
      throw new Error(`docs/rules.txt: not a line of a rule: ${line}`);
    }
    fields[known] = value;
  }
  const { rule, source, code, words, shown } = fields;
  if (rule === undefined || !rule.endsWith('.')) {
    throw new Error(`docs/rules.txt: a rule is a sentence, and comes first:\n${paragraph}`);
  }
  if (source === undefined) throw new Error(`docs/rules.txt: no source for: ${rule}`);
  return {
    rule,
    sources: split(source, ';'),
    code: split(code ?? '', ';').flatMap(parseCode),
    words: words === undefined ? null : new RegExp(words, 'i'),
    shown: shown === undefined ? null : split(shown, ' '),
  };
}

function parseCode(part: string): CodeReference[] {
  const [file, ...names] = part.split(/[\s,]+/);
  return names.map((name) => ({ file: `src/raft/${file}`, name }));
}

function split(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The paths of the scenarios that show a rule. Given ones are not checked; see rules.test.ts. */
export function scenariosOf(rule: Rule, scenarios: readonly Scenario[]): readonly string[] {
  if (rule.shown !== null) return rule.shown;
  return scenarios.filter((scenario) => shows(scenario, rule)).map(({ path }) => path);
}

function shows(scenario: Scenario, { code, words, sources }: Rule): boolean {
  const isSameCode = scenario.code.some(({ file, name }) =>
    code.some((it) => it.file === file && it.name === name),
  );
  if (!isSameCode) return false;
  if (words !== null) return words.test(`${scenario.rule} ${scenario.name}`);
  return scenario.sources.some((source) => sources.some((it) => isWithin(source, it)));
}

/** "paper 5.4.2, Figure 8 (d)" is within "paper 5.4". */
function isWithin(source: string, section: string): boolean {
  return source.startsWith(section) && !/^\d/.test(source.slice(section.length));
}

/** Those of a rule's scenarios that there are not. */
export function brokenLinks(rule: Rule): readonly string[] {
  const paths = scenarioPaths();
  return (rule.shown ?? []).filter((path) => !paths.includes(path));
}

/** The page `docs/rules.md`. */
export function renderRules(groups: readonly RuleGroup[], scenarios: readonly Scenario[]): string {
  const used = new Set(
    groups.flatMap(({ rules }) => rules.flatMap((it) => scenariosOf(it, scenarios))),
  );
  const others = scenarios.filter(({ path }) => !used.has(path));
  return [
    '# Rules',
    '',
    '<!-- Written by `make rules` from docs/rules.txt and test/scenarios. Do not edit. -->',
    '',
    'Each rule of Raft, where it stands, which functions follow it, and which scenarios show it.',
    '"Paper" and "dissertation": see [protocol.md](protocol.md).',
    ...groups.flatMap((group) => renderGroup(group, scenarios)),
    ...(others.length === 0 ? [] : ['', '## Also shown', '', ...others.map(renderOther)]),
    '',
  ].join('\n');
}

function renderGroup({ title, rules }: RuleGroup, scenarios: readonly Scenario[]): string[] {
  return [
    '',
    `## ${title}`,
    '',
    '| rule | source | code | scenarios |',
    '|---|---|---|---|',
    ...rules.map((rule) => {
      const links = scenariosOf(rule, scenarios).map(scenarioLink).join(', ');
      const sources = rule.sources.map(renderSource).join('; ');
      return `| ${rule.rule} | ${sources} | ${renderCode(rule.code)} | ${links || 'not shown yet'} |`;
    }),
  ];
}

function renderSource(source: string): string {
  const [, name, address] = /^report of (.*), (https?:\S+)$/.exec(source) ?? [];
  if (name !== undefined) return `[${name}](${address})`;
  const [, page] = /^docs\/(\S+\.md)$/.exec(source) ?? [];
  return page === undefined ? source : `[${page}](${page})`;
}

function renderCode(code: readonly CodeReference[]): string {
  const files = [...new Set(code.map(({ file }) => file))];
  return files
    .map((file) => {
      const names = code.filter((it) => it.file === file).map(({ name }) => `\`${name}\``);
      return `[${file.replace('src/raft/', '')}](../${file}) ${names.join(', ')}`;
    })
    .join('; ');
}

function scenarioLink(path: string): string {
  return `[${path.replace(/\.txt$/, '')}](../test/scenarios/${path})`;
}

function renderOther({ path, rule }: Scenario): string {
  return `- ${scenarioLink(path)}: ${rule}`;
}
