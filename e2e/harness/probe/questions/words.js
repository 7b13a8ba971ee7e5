// What can be read on the page that no sign takes; name.js, look.js and selector.js stand before it.

const withoutNumbers = (text) => text.replace(/\d+/g, '0'); // a clock's next second says nothing new

/**
 * The texts that can be seen outside of the description's controls, and of the words about the microphone:
 * text without numbers → the innermost element that has it.
 */
function texts() {
  const described = [...seen(description.mute), ...seen(description.login), ...(description.says ? all(description.says) : [])];
  const own = ({ childNodes }) => [...childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
  const read = all('body, body *, :host > *').filter((element) => own(element) && visible(element) && !isNeverRead(element));
  const free = read.filter((element) => !described.some((one) => one.contains(element)));
  return new Map(free.map((element) => [withoutNumbers(clean(inside(element))), element]).filter(([text]) => text));
}

/** A selector for an element: by the only id or class that it or what has the same words has, else by its place. */
function named(element) {
  const words = clean(inside(element));
  for (let one = element; one && one !== document.body && clean(inside(one)) === words; one = one.parentElement) {
    if (one.id) return `#${CSS.escape(one.id)}`;
    const own = [...one.classList].map((name) => `.${CSS.escape(name)}`).find((css) => all(css).length === 1);
    if (own) return own;
  }
  return selectorOf(element);
}

/** The first text that is not `known`, with the selector of its element; null: there is none. */
function unread(known) {
  const found = [...texts()].find(([text]) => !known.has(text));
  return found ? { text: clean(inside(found[1])), css: named(found[1]) } : null;
}
