/** The examples of docs/transactions.md: what happened, and the report that the page shows of it. */

import { checkListAppend, checkRwRegister } from '../../../src/checker/transactions/check.ts';
import { describeAnomaly } from '../../../src/checker/transactions/describe.ts';
import { listHistory, registerHistory } from './histories.ts';

const lists: readonly (readonly string[])[] = [
  ['0-1 append 5 1', '2-3 r 5 [1]', '4-5 append 5 2', '6-7 r 5 [1]'],
  ['0-1 append 5 1, r 5 []'],
  ['0-1 r 5 [1], append 5 1'],
  ['0-1 append 5 1', '2-3 r 5 [1 7]'],
  ['0-1 append 5 1', '2-3 r 5 [1 1]'],
  ['0-9 append 5 1', '0-9 append 5 2', '1-2 r 5 [1 2]', '3-4 r 5 [2 1]'],
  ['0-1 fail: append 5 1', '2-3 append 5 2', '4-5 r 5 [1 2]'],
  ['0-9 append 5 1, append 5 2', '1-2 r 5 [1]', '10-11 r 5 [1 2]'],
  ['0-9 r 5 [], append 5 1', '0-9 r 5 [], append 5 2'],
  ['0-9 append 5 1, append 6 1', '0-9 append 5 2, append 6 2', '10-11 r 5 [1 2], r 6 [2 1]'],
  ['0-9 append 5 1, r 6 [1]', '0-9 append 6 1, r 5 [1]'],
  ['0-9 append 5 1, append 6 1', '1-8 r 5 [1], r 6 []', '10-11 r 6 [1]'],
  ['0-9 append 5 1', '0-9 append 6 1', '1-2 r 5 [1], r 6 []', '1-2 r 5 [], r 6 [1]'],
  ['0-9 r 5 [], append 6 1', '0-9 r 6 [], append 5 1', '10-11 r 5 [1], r 6 [1]'],
  ['0-1 append 5 1', '2-3 append 5 2', '4-5 r 5 [2 1]'],
  ['0-1 r 5 [1]', '2-3 info: append 5 1'],
  ['0-6 append 6 1', '1-9 r 6 [1], r 5 []', '2-3 append 5 1', '4-8 r 6 []'],
];

const registers: readonly (readonly string[])[] = [
  ['0-9 r 5 2, w 5 1', '0-9 r 5 1, w 5 2'],
  ['0-9 w 5 2, r 6 1', '0-9 r 6 2, r 5 2', '0-9 w 6 2, w 5 1', '0-9 r 5 1, w 6 1'],
  ['0-9 w 5 1', '0-9 w 5 2', '10-11 r 5 1', '12-13 r 5 2', '14-15 r 5 1'],
];

/** Reports, by the name of the anomaly; of each name the first. */
export function exampleReports(): ReadonlyMap<string, string> {
  const reports = new Map<string, string>();
  const results = [
    ...lists.map((it) => checkListAppend(listHistory(...it))),
    ...registers.map((it) => checkRwRegister(registerHistory(...it))),
  ];
  for (const result of results) {
    for (const found of result.found) {
      const { name } = found.anomaly;
      if (!reports.has(name)) reports.set(name, describeAnomaly(result, found));
    }
  }
  return reports;
}
