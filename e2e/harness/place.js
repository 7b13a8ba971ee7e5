// Part of the probe, and what Playwright is given to evaluate where it finds the control: where to press.

/** How many elements were found; of a single one that is to be seen, its middle: [x, y], or 'in a frame', whose place the page does not tell. */
function placeOf(found) {
  const [element] = found;
  if (found.length !== 1 || !element.checkVisibility({ visibilityProperty: true })) return [found.length, null];
  // It may be scrolled away in its own frame, whose size the page's viewport does not tell.
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  if (!width || !height) return [1, null];
  return [1, window === window.top ? [x + width / 2, y + height / 2] : 'in a frame'];
}
