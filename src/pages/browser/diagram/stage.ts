/** The canvas and the overview above it: when they are drawn, and how large they are. */

import { element } from '../parts/data.ts';
import { chooseArrows, drawArrows, emptyDrawn } from './draw-arrows.ts';
import { drawDensity, drawLeftOut } from './draw-density.ts';
import { drawAxis, drawFaults, drawLanes, drawNames } from './draw-lanes.ts';
import { drawCone, drawIndex, drawMarks, drawMoment } from './draw-marks.ts';
import { layOut, operationLanes, rowsOf } from './layout.ts';
import type { Model } from './model.ts';
import { Overview } from './overview.ts';
import { Palette } from './palette.ts';
import type { Scene } from './scene.ts';
import { applyFilter, type Filter, firstFilter } from './shown.ts';
import { sizeCanvas } from './size-canvas.ts';
import { View } from './view.ts';

const maxFaultRows = 4;

export class Stage {
  readonly canvas: HTMLCanvasElement = element('#plot');
  readonly overview: Overview;
  readonly scene: Scene;
  /** Whoever wants to know that another stretch of time is seen, or drawn otherwise. */
  onChange: () => void = () => {};
  #isFrameDue = false;
  /** How many frames were drawn, and how long the last one took, in milliseconds. */
  frames = 0;
  frameMs = 0;

  constructor(model: Model) {
    this.scene = {
      model,
      view: new View(model.startMs, model.endMs, () => this.change()),
      palette: new Palette(),
      operations: operationLanes(model),
      faultRows: rowsOf(model.faults, maxFaultRows),
      layout: layOut(model, 800, 800, { faults: 0, operations: 0 }),
      shown: applyFilter(model, firstFilter()),
      selection: null,
      related: null,
      isConeShown: true,
      drawn: emptyDrawn(),
    };
    this.overview = new Overview(element('#overview'), this.scene);
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    addEventListener('resize', () => this.resize());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.scene.palette.renew();
      this.overview.renew();
      this.change();
    });
    this.resize();
  }

  filter(filter: Filter): void {
    this.scene.shown = applyFilter(this.scene.model, filter);
    this.overview.renew();
    this.change();
  }

  /** As large as the page has room for, with as many pixels as the screen has. */
  resize(): void {
    const { model, operations, faultRows } = this.scene;
    const width = this.canvas.clientWidth;
    if (width === 0) return;
    const rows = {
      faults: faultRows.reduce((most, row) => Math.max(most, row + 1), 0),
      operations: operations.reduce(
        (most, lane) => lane.rows.reduce((rows, row) => Math.max(rows, row + 1), most),
        0,
      ),
    };
    const layout = layOut(model, width, innerHeight, rows);
    const ratio = devicePixelRatio || 1;
    const isSame =
      this.canvas.width === Math.round(width * ratio) &&
      this.canvas.height === Math.round(layout.height * ratio);
    this.scene.layout = layout;
    if (isSame) return;
    sizeCanvas(this.canvas, width, layout.height);
    this.overview.renew();
    this.#draw();
  }

  /** What is to be seen has changed: it is drawn with the screen's next frame. */
  change(): void {
    if (this.#isFrameDue) return;
    this.#isFrameDue = true;
    requestAnimationFrame(() => {
      this.#isFrameDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const beginMs = performance.now();
    const { scene } = this;
    const { width, height } = scene.layout;
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const ratio = devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = scene.palette.of('--paper');
    context.fillRect(0, 0, width, height);
    chooseArrows(scene);
    drawLeftOut(context, scene);
    drawAxis(context, scene);
    drawFaults(context, scene);
    drawCone(context, scene);
    drawDensity(context, scene);
    drawArrows(context, scene);
    const names = drawLanes(context, scene);
    drawMarks(context, scene, names);
    if (scene.selection?.kind === 'index') drawIndex(context, scene, scene.selection.index);
    drawMoment(context, scene);
    drawNames(context, scene);
    this.overview.draw();
    this.frames++;
    this.frameMs = performance.now() - beginMs;
    this.onChange();
  }
}
