// What stands in this document, shadow roots included; name.js, look.js and selector.js stand before it.

const MOST = 2000; // elements; a widget has fewer
const PRESSED = ['button', 'switch', 'checkbox', 'link', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'radio', 'tab', 'option'];
const NOT_SAID = ['class', 'style', 'id'];

function snapshotOf() {
  const elements = all('body, body *, :host > *').slice(0, MOST).filter(({ localName }) => !['script', 'style'].includes(localName));
  const ownText = ({ childNodes }) => clean([...childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join(' '));
  const pressable = all(`${HAS_ROLE}, [tabindex]`).filter((element) => visible(element) && (PRESSED.includes(roleOf(element)) || element.tabIndex >= 0));
  return {
    controls: pressable.filter(({ localName, type }) => localName !== 'input' || type in INPUTS).map((element) => ({
      selector: selectorOf(element),
      role: roleOf(element),
      name: nameOf(element),
      pressed: pressedOf(element),
      off: off(element),
    })),
    marks: elements.map((element) => ({
      selector: selectorOf(element),
      classes: [...element.classList],
      attributes: Object.fromEntries([...element.attributes].filter(({ name }) => !NOT_SAID.includes(name)).map(({ name, value }) => [name, value])),
    })),
    words: elements.filter((element) => ownText(element) && visible(element)).map((element) => ({ selector: selectorOf(element), text: clean(inside(element)) })),
  };
}
