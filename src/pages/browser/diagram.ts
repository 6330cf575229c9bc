/** The space-time diagram's script: unpacks the run, and puts the parts of the page together. */

import type { DiagramData } from '../diagram/format.ts';
import { Application } from './diagram/application.ts';
import { Model } from './diagram/model.ts';
import { readData } from './parts/data.ts';

const application = new Application(new Model(readData<DiagramData>()));
// What has been drawn can be asked for, by people and by tests.
Object.assign(globalThis, { diagram: application });
