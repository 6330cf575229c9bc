/** What `make museum` has found, kept in record.json. */

import { readFileSync, writeFileSync } from 'node:fs';
import { repositoryFile } from '../process.ts';
import { control } from './exhibits/index.ts';
import type { Catch } from './net.ts';

/** What a net made of an exhibit: what caught it, or in how many seeds nothing did. */
export type Finding = Catch | { readonly missedIn: number | null };

/** By the number of the exhibit, then by the name of the net. */
export interface Findings {
  readonly [number: string]: { readonly [net: string]: Finding };
}

const file = repositoryFile('test/museum/record.json');

export function isCaught(finding: Finding | undefined): finding is Catch {
  return finding !== undefined && 'by' in finding;
}

export function readRecord(): Findings {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeRecord(findings: Findings): void {
  writeFileSync(file, `${JSON.stringify(findings, null, 2)}\n`);
}

/** The findings so far with one more; a shorter run does not say more than a longer one. */
export function withFinding(
  findings: Findings,
  { number }: { readonly number: number },
  net: string,
  finding: Finding,
): Findings {
  if (number === control.number) return findings;
  const before = findings[number]?.[net];
  const isShorter =
    'missedIn' in finding && finding.missedIn !== null && finding.missedIn < seedsOf(before);
  if (isShorter) return findings;
  return { ...findings, [number]: { ...findings[number], [net]: finding } };
}

/** How many seeds a finding is about. */
export function seedsOf(finding: Finding | undefined): number {
  if (finding === undefined) return 0;
  return ('by' in finding ? finding.seeds : finding.missedIn) ?? 0;
}
