// How an element is named by a selector; look.js stands before it.

/** A selector that finds the element alone among those of its root: by id or test id, else by its place. */
function selectorOf(element) {
  const root = element.getRootNode();
  for (const [attribute, css] of [['id', (id) => `#${CSS.escape(id)}`], ['data-testid', (id) => `[data-testid=${JSON.stringify(id)}]`]]) {
    const value = element.getAttribute(attribute);
    if (value && root.querySelectorAll(css(value)).length === 1) return css(value);
  }
  const same = [...(element.parentNode?.children ?? [])].filter((one) => one.localName === element.localName);
  const here = element.localName + (same.length > 1 ? `:nth-of-type(${same.indexOf(element) + 1})` : '');
  if (all(here).length === 1 || !element.parentElement) return here;
  return `${selectorOf(element.parentElement)} > ${here}`;
}
