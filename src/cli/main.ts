/** `bin/raftwright`: the command line. */

import { checkCommand } from './check-command.ts';
import { diagramCommand } from './diagram-command.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { exploreCommand } from './explore-command.ts';
import { reportCommand } from './report-command.ts';
import { scenarioCommand } from './scenario-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { testCommand } from './test-command.ts';
import { traceCommand } from './trace-command.ts';
import { version } from './version.ts';
import { walCommand } from './wal-command.ts';

const help = `Usage: raftwright COMMAND [flags]

  test       run a cluster of node programs under faults, and judge what its clients saw
  simulate   run a cluster on virtual time under faults, and check every step
  explore    visit every state of small worlds, and check the rules of Raft in each
  check      judge a recorded history
  report     make the pages of a run anew, be it the bench's or Maelstrom's
  scenario   run scripts that play a cluster by hand
  trace      show what a trace says, merge several, judge them, explain a node at a moment
  diagram    draw a trace as a space-time diagram
  wal        look into a node's data directory, check it, repair it

raftwright COMMAND --help says more. raftwright --version prints the version.
`;

/** Runs a command and returns its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  // Whoever reads what is said has seen enough: `raftwright … | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitStatus.valid);
    throw error;
  });
  try {
    switch (command) {
      case 'test':
        return await testCommand(rest);
      case 'check':
        return checkCommand(rest);
      case 'report':
        return reportCommand(rest);
      case 'simulate':
        return await simulateCommand(rest);
      case 'explore':
        return exploreCommand(rest);
      case 'scenario':
        return scenarioCommand(rest);
      case 'trace':
        return traceCommand(rest);
      case 'diagram':
        return diagramCommand(rest);
      case 'wal':
        return await walCommand(rest);
      case '--version':
        process.stdout.write(`raftwright ${version}\n`);
        return exitStatus.valid;
      case '--help':
      case '-h':
      case 'help':
        process.stdout.write(help);
        return exitStatus.valid;
      default:
        process.stderr.write(command === undefined ? help : `unknown command: ${command}\n${help}`);
        return exitStatus.usage;
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`raftwright ${command}: ${error.message}\n`);
    return exitStatus.usage;
  }
}
