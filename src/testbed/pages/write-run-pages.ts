/**
 * Writes the pages of a run into its directory: the report, the diagram when there is a trace, and
 * the counterexample when the history is not linearizable. They lead to each other.
 */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCounterexample } from '../../pages/counterexample/counterexample.ts';
import { renderDiagram } from '../../pages/diagram.ts';
import { renderReport } from '../../pages/report/report.ts';
import { counterexampleInput } from './counterexample-input.ts';
import { reportInput } from './report-input.ts';
import type { RunRecord } from './run-record.ts';

const report = { label: 'report', href: 'report.html' };
const diagram = { label: 'space-time diagram', href: 'diagram.html' };
const counterexample = { label: 'counterexample', href: 'counterexample.html' };

/** Returns the names of the files. Pages of an earlier time that no longer apply are removed. */
export function writeRunPages(directory: string, run: RunRecord): string[] {
  const hasDiagram = run.trace !== null;
  const isBad = run.checked?.verdict === 'invalid';
  const place = hasDiagram ? diagram.href : null;
  const pages = [report, ...(hasDiagram ? [diagram] : []), ...(isBad ? [counterexample] : [])];
  const others = (own: { readonly href: string }) => pages.filter((it) => it.href !== own.href);

  const write = (name: string, html: string | null): void => {
    const file = join(directory, name);
    if (html === null) rmSync(file, { force: true });
    else writeFileSync(file, html);
  };
  const { title, trace } = run;
  const links = others(diagram);
  write(diagram.href, trace === null ? null : renderDiagram({ ...trace, title, links }));
  write(report.href, renderReport(reportInput(run, others(report), place)));
  const input =
    run.checked === null
      ? null
      : counterexampleInput({ ...run, checked: run.checked }, others(counterexample), place);
  write(counterexample.href, input === null ? null : renderCounterexample(input));
  return pages.map(({ href }) => href);
}
