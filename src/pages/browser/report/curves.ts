/** The plots that count: rate, availability, messages for each operation. */

import type { Bins } from '../../report/bins.ts';
import type { ReportData } from '../../report/data.ts';
import { BinsPlot } from './bins-plot.ts';

/** Operations that ended, a second. */
export function ratePlot({ bins, faults }: ReportData): BinsPlot {
  const aSecond = (counts: readonly number[]): number[] =>
    counts.map((count) => (count * 1000) / bins.widthMs);
  return new BinsPlot({
    heightPx: 170,
    bins,
    faults,
    curves: [
      { name: 'info', colour: 'info', values: aSecond(bins.info) },
      { name: 'fail', colour: 'fail', values: aSecond(bins.fail) },
      { name: 'ok', colour: 'ok', values: aSecond(bins.ok) },
    ],
    label: (value) => `${Number(value.toPrecision(3))}/s`,
  });
}

/** Shares of what was invoked in each stretch, whenever it ended. */
export function availabilityPlot({ bins, faults }: ReportData): BinsPlot {
  const { attainable, conceivable, invoked } = bins;
  const areas =
    attainable === null || conceivable === null
      ? []
      : [
          // Certainly, and perhaps.
          { colour: 'missed', low: shares(zeros(bins), bins), high: shares(attainable, bins) },
          { colour: 'missed', low: shares(zeros(bins), bins), high: shares(conceivable, bins) },
        ];
  return new BinsPlot({
    heightPx: 170,
    bins,
    faults,
    curves: [
      { name: 'ended ok', colour: 'ok', values: shares(bins.invokedOk, bins) },
      { name: 'answered', colour: 'accent', values: shares(bins.answered, bins) },
    ],
    areas,
    most: 1,
    label: (value) => `${Number((100 * value).toFixed(1))} %`,
    more: (at) => {
      const lines = [`of ${invoked[at] ?? 0} invoked`];
      if (attainable !== null && conceivable !== null) {
        const [sure, perhaps] = [attainable[at] ?? 0, conceivable[at] ?? 0];
        const more = perhaps > sure ? `, perhaps ${perhaps}` : '';
        lines.push(`any protocol could have answered ${sure}${more}`);
      }
      return lines;
    },
  });
}

export function messagesPlot({ bins, faults }: ReportData): BinsPlot {
  const sent = bins.sent ?? [];
  return new BinsPlot({
    heightPx: 150,
    bins,
    faults,
    curves: [{ name: 'messages for each operation', colour: 'accent', values: shares(sent, bins) }],
    label: (value) => String(Number(value.toPrecision(3))),
    more: (at) => [`${sent[at] ?? 0} messages, ${bins.invoked[at] ?? 0} operations`],
  });
}

/** Of what was invoked; null where nothing was. */
function shares(counts: readonly number[], { invoked }: Bins): (number | null)[] {
  return counts.map((count, at) => {
    const all = invoked[at] ?? 0;
    return all === 0 ? null : count / all;
  });
}

function zeros({ invoked }: Bins): number[] {
  return invoked.map(() => 0);
}
