/** What the reader does, carried out on the session; and the views kept in step with it. */

import { element } from '../pages/browser/parts/data.ts';
import { formatFragment, type Place, parseFragment } from './address.ts';
import { renderMembers, renderRequests } from './captions.ts';
import { renderCard } from './card.ts';
import { cutLinks, nextMove } from './commands.ts';
import { type Controlled, Controls } from './controls.ts';
import { showNewCluster, showProgramme, showScript, showSplit } from './dialogs.ts';
import { renderLogs } from './logs.ts';
import { renderMessageList } from './message-list.ts';
import { Motion } from './motion.ts';
import { renderNodePanel } from './node-panel.ts';
import { emptyPicture, type Picture } from './picture.ts';
import { type Pace, Player } from './player.ts';
import { type Pointed, Pointing } from './pointing.ts';
import { guides, type Playbill, Programme, type ScenarioFile } from './programme.ts';
import { Scissors } from './scissors.ts';
import { renderScript } from './script-view.ts';
import { Session } from './session.ts';
import { Stage } from './stage.ts';

const ownCluster = 'cluster n1 n2 n3 n4 n5';

export class Theatre implements Controlled, Pointed {
  readonly #programme: Programme;
  readonly #stage = new Stage(element<SVGSVGElement>('#stage'));
  readonly #motion = new Motion(this.#stage);
  readonly #pointing: Pointing;
  readonly #dialog = element<HTMLDialogElement>('#dialog');
  readonly #scissors: Scissors;
  readonly #player: Player;
  readonly #controls: Controls;
  #session = new Session(ownCluster);
  #playbill: Playbill | null = null;
  /** Where the reader has left the scenario, when something of their own was done. */
  #leftAt: number | null = null;
  #selected: string | null = null;
  /** What the stage shows. */
  #shown: Picture = emptyPicture;
  #notice = '';

  constructor(files: readonly ScenarioFile[]) {
    this.#programme = new Programme(files);
    this.#player = new Player(
      () => this.#playOn(),
      () => this.#renderControls(),
    );
    this.#scissors = new Scissors(this.#stage, (links, isSplit) => {
      const ids = this.#shown.nodes.map(({ id }) => id);
      this.#scissors.isReady = false;
      this.act(...cutLinks(links, isSplit, ids));
    });
    this.#controls = new Controls(this);
    this.#pointing = new Pointing(this, this.#stage.svg, element('#logs'));
  }

  /** Whether a menu is open, or the reader cuts: tips would be in the way. */
  get isBusy(): boolean {
    return this.#pointing.isOpen;
  }

  get session(): Session {
    return this.#session;
  }

  get picture(): Picture {
    return this.#session.frame.picture;
  }

  /** Opens what a fragment says; without one, the first scenario. */
  openAddress(fragment: string): void {
    const place = parseFragment(fragment);
    if (place?.kind === 'script') this.openScript(place.text, place.step);
    else this.open(place?.path ?? guides[0]?.path ?? '', place?.step ?? null);
  }

  open(path: string, step: number | null = null): void {
    const playbill = this.#programme.playbill(path);
    if (playbill === null) {
      this.openScript(ownCluster, null);
      this.#say(`there is no scenario ${path}`);
      return;
    }
    this.#begin(new Session(playbill.text), playbill, step ?? 1);
    const isFirst = path === guides[0]?.path && step === null;
    this.#setAddress(isFirst ? null : { kind: 'scenario', path, step });
  }

  /** Plays a script up to a step, or to its end; what is wrong with it, or null. */
  openScript(text: string, step: number | null): string | null {
    let session: Session;
    try {
      session = new Session(text);
    } catch (error) {
      if (this.#session.cursor === 0) this.#begin(this.#session, null, 1);
      this.#say(error instanceof Error ? error.message : String(error));
      return this.#notice;
    }
    this.#begin(session, null, step ?? session.steps.length);
    const { fault } = session;
    return fault === null ? null : `Line ${fault.line}, "${fault.text}": ${fault.reason}`;
  }

  #begin(session: Session, playbill: Playbill | null, step: number): void {
    this.#player.stop();
    this.#motion.stop();
    this.#pointing.close();
    this.#session = session;
    this.#playbill = playbill;
    document.title = `${playbill?.title ?? 'Free play'} – Raft theatre`;
    this.#leftAt = null;
    this.#notice = '';
    session.moveTo(step);
    this.#selected = null;
    this.#shown = session.frame.picture;
    this.#render();
  }

  next(): void {
    this.#player.stop();
    void this.#move(this.#session.cursor + 1);
  }

  back(): void {
    this.moveTo(this.#session.cursor - 1);
  }

  moveTo(step: number): void {
    this.#player.stop();
    this.#session.moveTo(Math.max(this.#session.steps.length > 0 ? 1 : 0, step));
    this.#render();
  }

  togglePlay(): void {
    this.#player.toggle();
  }

  get isPlaying(): boolean {
    return this.#player.isOn;
  }

  get pace(): Pace {
    return this.#player.pace;
  }

  set pace(pace: Pace) {
    this.#player.pace = pace;
  }

  /** Something of the reader's own. */
  act(...lines: readonly string[]): void {
    this.#player.stop();
    void this.#act(() => this.#session.act(...lines));
  }

  waitForSomething(): void {
    this.#player.stop();
    void this.#wait();
  }

  select(id: string): void {
    this.#selected = id;
    this.#controls.showTab('node');
    this.#render();
    // On a small screen what can be done with the node is further down.
    if (matchMedia('(max-width: 960px)').matches) {
      element('.side').scrollIntoView({ block: 'start', behavior: 'smooth' });
    }
  }

  toggleScissors(): void {
    this.#scissors.isReady = !this.#scissors.isReady;
    this.#renderControls();
  }

  choose(): void {
    const current = this.#playbill?.path ?? null;
    showProgramme(this.#dialog, this.#programme, current, (path) => this.open(path));
  }

  showScript(): void {
    const { cursor, text } = this.#session;
    const isWhole = this.#playbill !== null && this.#leftAt === null;
    const place: Place = isWhole
      ? { kind: 'scenario', path: this.#playbill?.path ?? '', step: cursor }
      : { kind: 'script', text, step: cursor };
    const link = `${location.href.replace(/#.*$/, '')}${formatFragment(place)}`;
    showScript(this.#dialog, text, link, (script) => {
      const fault = this.openScript(script, null);
      this.#setAddress({ kind: 'script', text: script, step: null });
      return fault;
    });
  }

  showSplit(): void {
    showSplit(this.#dialog, this.picture, (line) => this.act(line));
  }

  showNewCluster(): void {
    showNewCluster(this.#dialog, (line) => {
      this.openScript(line, null);
      this.#setAddress({ kind: 'script', text: line, step: null });
    });
  }

  #setAddress(place: Place | null): void {
    const fragment = place === null ? '' : formatFragment(place);
    const base = location.href.replace(/#.*$/, '');
    if (location.href === base + fragment) return;
    try {
      history.replaceState(null, '', base + fragment);
    } catch {
      // Some browsers let no page from disk do that; then the address says less.
    }
  }

  #say(notice: string): void {
    this.#notice = notice;
    this.#renderControls();
  }

  /** One step on, by the script or by oneself: what it tells, or null when there is no more. */
  async #playOn(): Promise<string | null> {
    if (!this.#session.isAtEnd) {
      await this.#move(this.#session.cursor + 1);
      return this.#session.fault === null ? (this.#session.step?.story.join(' ') ?? '') : null;
    }
    if (this.#playbill !== null && this.#leftAt === null) return null;
    const move = nextMove(this.picture);
    if (move === null) return (await this.#wait()) ? '' : null;
    await this.#act(() => this.#session.act(move));
    return this.#session.fault === null ? '' : null;
  }

  async #wait(): Promise<boolean> {
    let isSomething = false;
    await this.#act(() => {
      isSomething = this.#session.waitForSomething();
    });
    if (!isSomething) this.#say('Nothing would happen any more, however long one waits.');
    return isSomething;
  }

  async #move(step: number): Promise<void> {
    const before = this.#session.cursor;
    this.#session.moveTo(step);
    if (this.#session.cursor === before + 1) await this.#show();
    else this.#render();
  }

  async #act(does: () => void): Promise<void> {
    const { cursor } = this.#session;
    this.#notice = '';
    does();
    if (this.#session.fault !== null) return this.#render();
    if (this.#playbill !== null) this.#leftAt ??= cursor;
    await this.#show();
  }

  /** What has happened is seen to happen. */
  async #show(): Promise<void> {
    const { frame } = this.#session;
    this.#stage.comeIntoView();
    this.#motion.stop();
    this.#stage.render(this.#shown, this.#selected);
    this.#renderWords();
    const isOver = await this.#motion.play(this.#shown, frame, this.pace.waveMs);
    if (isOver) this.#render();
  }

  goBack(): void {
    const { path } = this.#playbill ?? {};
    if (path !== undefined) this.open(path, this.#leftAt);
  }

  #render(): void {
    this.#motion.stop();
    this.#shown = this.picture;
    this.#stage.render(this.#shown, this.#selected);
    renderLogs(element('#logs'), this.#shown, this.#selected);
    renderRequests(element('#requests'), this.#shown);
    renderMembers(element('#members'), this.#shown);
    renderMessageList(element('#messages'), this.#shown, (...lines) => this.act(...lines));
    renderNodePanel(
      element('#node'),
      this.#shown,
      this.#selected,
      (id) => this.select(id),
      (...lines) => this.act(...lines),
    );
    this.#renderWords();
  }

  #renderWords(): void {
    const state = {
      playbill: this.#playbill,
      isOwn: this.#leftAt !== null,
      following: this.#playbill === null ? null : this.#programme.next(this.#playbill.path),
    };
    renderCard(element('#card'), this.#session, state, {
      next: () => this.next(),
      open: (path) => this.open(path),
      goBack: () => this.goBack(),
      choose: () => this.choose(),
    });
    renderScript(element('#script'), this.#session, (step) => this.moveTo(step));
    this.#renderControls();
  }

  #renderControls(): void {
    this.#controls.render({
      notice: this.#notice,
      isCutting: this.#scissors.isReady,
      isScripted: this.#playbill !== null && this.#leftAt === null,
    });
  }
}
