/**
 * Shortcuts to a candidate or a leader. They print only the outcome.
 *
 * Time passes for the other voters until they hear no leader any more. What they ask for themselves
 * meanwhile is lost, and so is what is asked of a node that is not meant to vote.
 */

import type { Message } from '../../../raft/index.ts';
import { type Commands, type Stage, takeNode, takeRestAsNodes } from '../command.ts';
import { demand } from '../fault.ts';
import type { ScenarioNode } from '../node.ts';
import type { Command } from '../notation.ts';
import type { Words } from '../words.ts';
import type { World } from '../world.ts';
import { timeOut } from './time.ts';

type MessageTest = (message: Message<Command>) => boolean;

const preVoteKinds: readonly string[] = ['preVoteRequest', 'preVoteResponse'];
const voteKinds: readonly string[] = ['voteRequest', 'voteResponse'];
const votingKinds: readonly string[] = [...preVoteKinds, ...voteKinds];

interface Campaign {
  readonly node: ScenarioNode;
  readonly voters: readonly ScenarioNode[];
  readonly isAmongThem: MessageTest;
}

function takeCampaign(world: World, words: Words): Campaign {
  const node = takeNode(world, words);
  const isChosen = words.skip('by');
  if (!isChosen) words.end();
  const voters = isChosen
    ? takeRestAsNodes(world, words)
    : world.running.filter((other) => other !== node);
  const ids = [node, ...voters].map(({ id }) => id);
  return { node, voters, isAmongThem: ({ from, to }) => ids.includes(from) && ids.includes(to) };
}

function forgetLeader(world: World, { node, voters }: Campaign): void {
  for (const voter of voters) {
    while (voter.isUp && (voter.hearsLeader || voter.goesBefore)) voter.step({ kind: 'tick' });
  }
  forget(world, ({ kind, from }) => votingKinds.includes(kind) && from !== node.id);
}

function forget(world: World, isMeant: MessageTest): void {
  for (const message of world.network.flying.filter(isMeant)) world.network.remove(message);
}

/** Delivers these kinds between the node and its voters; what of them is left is lost. */
function deliverKinds(world: World, campaign: Campaign, kinds: readonly string[]): void {
  const { node, isAmongThem } = campaign;
  const isMeant: MessageTest = ({ kind, from, to }) =>
    kinds.includes(kind) && (from === node.id || to === node.id);
  world.settle((message) => isMeant(message) && isAmongThem(message));
  forget(world, isMeant);
}

/** A node that is behind learns the others' term from their refusals, and tries again. */
const maxAttempts = 5;

function becomeCandidate(world: World, campaign: Campaign): void {
  const { node } = campaign;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    forgetLeader(world, campaign);
    timeOut(node);
    deliverKinds(world, campaign, preVoteKinds);
    if (node.status.role !== 'preCandidate' && node.status.role !== 'follower') return;
  }
  demand(false, `${node.id} does not win its pre-vote: it is ${node.status.role}`);
}

function becomeLeader(world: World, campaign: Campaign): void {
  const { node } = campaign;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    becomeCandidate(world, campaign);
    deliverKinds(world, campaign, voteKinds);
    if (node.status.role === 'leader') return;
  }
  demand(false, `${node.id} does not win its election: it is ${node.status.role}`);
}

/** A hint or a heartbeat tells the others what is committed. */
function tellCommit({ network }: World, node: ScenarioNode): void {
  const before = network.sent.length;
  const { heartbeatTicks } = node.settings;
  for (let tick = 0; tick < heartbeatTicks && network.sent.length === before; tick++) {
    node.step({ kind: 'tick' });
  }
}

function outcome({ world }: Stage, text: string): readonly string[] {
  world.journal.leaveOut();
  return [text];
}

export const elections: Commands = {
  campaign: {
    usage: 'campaign NODE [by NODE...]',
    does: 'Makes the node a candidate; its requests for votes are on their way.',
    run(stage, words) {
      const campaign = takeCampaign(stage.world, words);
      becomeCandidate(stage.world, campaign);
      const { id, role, currentTerm } = campaign.node.status;
      return outcome(stage, `${id} is ${role} of term ${currentTerm}`);
    },
  },
  win: {
    usage: 'win NODE [by NODE...]',
    does: 'Makes the node leader; its first appends are on their way.',
    run(stage, words) {
      const campaign = takeCampaign(stage.world, words);
      becomeLeader(stage.world, campaign);
      const { id, currentTerm } = campaign.node.status;
      return outcome(stage, `${id} is leader of term ${currentTerm}`);
    },
  },
  elect: {
    usage: 'elect NODE [by NODE...]',
    does:
      'Makes the node leader, and delivers until all of them know it, and that its first entry ' +
      'is committed.',
    run(stage, words) {
      const campaign = takeCampaign(stage.world, words);
      becomeLeader(stage.world, campaign);
      stage.world.settle(campaign.isAmongThem);
      tellCommit(stage.world, campaign.node);
      stage.world.settle(campaign.isAmongThem);
      const { id, currentTerm, commitIndex } = campaign.node.status;
      return outcome(stage, `${id} is leader of term ${currentTerm}, commit ${commitIndex}`);
    },
  },
};
