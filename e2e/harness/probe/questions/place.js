// Part of the probe, and given to Playwright to evaluate on a locator: where a control is to be pressed.

/**
 * How many elements were found; of a single one that is to be seen, its middle in the page: [x, y], or 'in a frame', whose place only
 * the browser tells.
 */
function placeOf(found) {
  const [element] = found;
  if (found.length !== 1 || !element.checkVisibility({ visibilityProperty: true })) return [found.length, null];
  // It may be scrolled away in its own frame, whose size the page's viewport does not tell.
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  if (!width || !height) return [1, null];
  const corner = cornerOf(window);
  return [1, corner ? [corner[0] + x + width / 2, corner[1] + y + height / 2] : 'in a frame'];
}

/** Where in the page this window begins; null in a frame of another origin, or in one that is not as large as it was laid out. */
function cornerOf(there) {
  if (there === there.top) return [0, 0];
  const frame = there.frameElement;
  const corner = frame && !isTransformed(frame) && cornerOf(there.parent);
  if (!corner) return null;
  const { x, y } = frame.getBoundingClientRect();
  const { paddingLeft, paddingTop } = getComputedStyle(frame);
  return [corner[0] + x + frame.clientLeft + parseFloat(paddingLeft), corner[1] + y + frame.clientTop + parseFloat(paddingTop)];
}

function isTransformed(element) {
  if (element.currentCSSZoom !== 1) return true;
  for (let one = element; one; one = one.assignedSlot ?? one.parentElement ?? one.getRootNode().host) {
    const { transform, rotate, scale, translate } = getComputedStyle(one);
    if ([transform, rotate, scale, translate].some((value) => value !== 'none')) return true;
  }
  return false;
}
