/** A drawing on the page as the text of an SVG file: looks that come from style sheets are written into it. Reads the page; changes nothing. */

const LOOKS = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'opacity'] as const;
/** What only the page needs. */
const DROPPED = ['class', 'role', 'tabindex', 'id', 'aria-label', 'aria-selected', 'aria-activedescendant'] as const;

export function svgText(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll<SVGElement>('path, rect, text');
  copy.querySelectorAll<SVGElement>('path, rect, text').forEach((element, index) => {
    const looks = getComputedStyle(originals[index]!);
    for (const look of LOOKS) element.setAttribute(look, looks.getPropertyValue(look));
  });
  for (const element of [copy, ...copy.querySelectorAll('*')]) for (const name of [...DROPPED, ...Object.keys((element as SVGElement).dataset).map((key) => `data-${key}`)]) element.removeAttribute(name);
  const { x, y, width, height } = svg.viewBox.baseVal;
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ x, y, width, height, fill: getComputedStyle(svg).backgroundColor })) ground.setAttribute(name, String(value));
  const heading = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  heading.textContent = title;
  copy.prepend(heading, ground);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}
