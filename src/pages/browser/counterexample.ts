/** The counterexample's script: whatever has a `data-tip` says it beside the pointer. */

import { showTips } from './parts/tip.ts';

showTips();
