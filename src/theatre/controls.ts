/** The buttons that do not belong to a node: steps, time, network, and the tabs. */

import { element } from '../pages/browser/parts/data.ts';
import type { Picture } from './picture.ts';
import { type Pace, paces } from './player.ts';
import type { Session } from './session.ts';

const tabs = ['script', 'node', 'messages'] as const;
type Tab = (typeof tabs)[number];

/** What the buttons do, and what they show the state of. */
export interface Controlled {
  readonly session: Session;
  readonly picture: Picture;
  readonly isPlaying: boolean;
  pace: Pace;
  choose(): void;
  showNewCluster(): void;
  showScript(): void;
  showSplit(): void;
  toggleScissors(): void;
  moveTo(step: number): void;
  back(): void;
  next(): void;
  togglePlay(): void;
  act(...lines: readonly string[]): void;
  waitForSomething(): void;
}

interface ControlState {
  readonly notice: string;
  readonly isCutting: boolean;
  /** A scenario is played, and its end is not one's own. */
  readonly isScripted: boolean;
}

export class Controls {
  readonly #theatre: Controlled;
  readonly #slider = element<HTMLInputElement>('#slider');

  constructor(theatre: Controlled) {
    this.#theatre = theatre;
    const does: { readonly [id: string]: () => void } = {
      choose: () => theatre.choose(),
      free: () => theatre.showNewCluster(),
      share: () => theatre.showScript(),
      start: () => theatre.moveTo(1),
      back: () => theatre.back(),
      next: () => theatre.next(),
      play: () => theatre.togglePlay(),
      tick: () => theatre.act('tick'),
      wait: () => theatre.waitForSomething(),
      deliver: () => theatre.act('deliver'),
      settle: () => theatre.act('settle'),
      scissors: () => theatre.toggleScissors(),
      split: () => theatre.showSplit(),
      heal: () => theatre.act('heal'),
    };
    for (const [id, act] of Object.entries(does)) {
      element(`#do-${id}`).addEventListener('click', act);
    }
    this.#slider.addEventListener('input', () => theatre.moveTo(Number(this.#slider.value)));
    const pace = element<HTMLSelectElement>('#pace');
    pace.addEventListener('change', () => {
      const chosen = Object.entries(paces).find(([name]) => name === pace.value);
      theatre.pace = chosen?.[1] ?? paces.normal;
    });
    this.#listenToTabs();
  }

  #listenToTabs(): void {
    for (const [at, tab] of tabs.entries()) {
      const button = element(`#tab-${tab}`);
      button.addEventListener('click', () => this.showTab(tab));
      button.addEventListener('keydown', ({ key }) => {
        const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
        const other = tabs[(at + step + tabs.length) % tabs.length];
        if (step === 0 || other === undefined) return;
        this.showTab(other);
        element(`#tab-${other}`).focus();
      });
    }
  }

  showTab(shown: Tab): void {
    for (const tab of tabs) {
      element(`#${tab}`).hidden = tab !== shown;
      const button = element(`#tab-${tab}`);
      button.setAttribute('aria-selected', String(tab === shown));
      button.tabIndex = tab === shown ? 0 : -1;
    }
  }

  render({ notice, isCutting, isScripted }: ControlState): void {
    const { session, picture, isPlaying } = this.#theatre;
    const { cursor, steps } = session;
    const last = steps.length;
    this.#slider.max = String(Math.max(1, last));
    this.#slider.min = last > 0 ? '1' : '0';
    this.#slider.value = String(cursor);
    element('#count').textContent = `${cursor} / ${last}`;
    const disable = (id: string, isDisabled: boolean) => {
      element<HTMLButtonElement>(`#do-${id}`).disabled = isDisabled;
    };
    disable('start', cursor <= 1);
    disable('back', cursor <= 1);
    disable('next', session.isAtEnd);
    disable('deliver', picture.messages.length === 0);
    disable('settle', !picture.messages.some(({ isHeld }) => !isHeld));
    disable('heal', picture.cuts.length === 0);
    disable('play', isScripted && session.isAtEnd);
    const play = element('#do-play');
    play.textContent = isPlaying ? 'Pause' : 'Play';
    play.setAttribute('aria-pressed', String(isPlaying));
    element('#do-scissors').setAttribute('aria-pressed', String(isCutting));
    element('#notice').textContent = notice;
    element('#tab-messages').textContent = `On the way (${picture.messages.length})`;
    this.#renderJudge();
  }

  #renderJudge(): void {
    const { session, picture } = this.#theatre;
    const { breach } = session.frame;
    const judge = element('#judge');
    judge.hidden = picture.nodes.length === 0;
    judge.className = breach !== null ? 'broken' : picture.isJudged ? 'holds' : 'off';
    judge.textContent =
      breach !== null
        ? `Broken: ${breach.rule}`
        : picture.isJudged
          ? '✓ the rules of Raft hold'
          : 'rules are not watched: logs or messages are made up';
  }
}
