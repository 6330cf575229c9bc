/** Draws by telling what should be there; what is there already, and right, stays as it is. */

/** An element, HTML or SVG: with text, or with children. Neither is ever taken for markup. */
export interface Shape {
  readonly tag: string;
  readonly attributes: { readonly [name: string]: string | number };
  readonly text?: string;
  readonly children?: readonly Shape[];
}

export function shape(
  tag: string,
  attributes: Shape['attributes'] = {},
  inside: string | readonly Shape[] = [],
): Shape {
  if (typeof inside === 'string') return { tag, attributes, text: inside };
  return { tag, attributes, children: inside };
}

const svg = 'http://www.w3.org/2000/svg';

/** Makes these the children of `parent`; nothing is touched that has not changed. */
export function draw(parent: Element, shapes: readonly Shape[]): void {
  for (const [position, wanted] of shapes.entries()) {
    const there = parent.children[position];
    if (there?.localName === wanted.tag) {
      update(there, wanted);
      continue;
    }
    const isSvg = wanted.tag === 'svg' || parent.namespaceURI === svg;
    const made = isSvg
      ? document.createElementNS(svg, wanted.tag)
      : document.createElement(wanted.tag);
    update(made, wanted);
    if (there === undefined) parent.append(made);
    else there.replaceWith(made);
  }
  while (parent.children.length > shapes.length) parent.lastElementChild?.remove();
}

function update(element: Element, { attributes, text, children }: Shape): void {
  for (const name of element.getAttributeNames()) {
    if (!(name in attributes)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attributes)) {
    const said = String(value);
    if (element.getAttribute(name) !== said) element.setAttribute(name, said);
  }
  if (children !== undefined) {
    // Loose text, of a shape that stood here before, is not among the children.
    if (element.childElementCount === 0) element.replaceChildren();
    draw(element, children);
  } else if (element.textContent !== text) element.textContent = text ?? '';
}
