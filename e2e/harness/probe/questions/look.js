// What a description says of a widget, read from its page as a person sees it and a screen reader reads it.
//
// scripts.py puts `description` in front, as JSON, and the JavaScript expressions of its signs as `expressions`. Runs inside
// the probe, in each document; sees into open shadow roots. The probe calls `view()`, `control(event)` and `find(name)`.

// ---- finding

/** Every element that a selector matches, shadow roots included, in the order of the document. */
function all(css, root = document) {
  const found = [...root.querySelectorAll(css)];
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) found.push(...all(css, element.shadowRoot));
  return found;
}

/** The elements that a finder finds and that can be seen. */
function seen({ roles, name, css }) {
  if (css) return all(css).filter(visible);
  const named = new RegExp(name, 'i');
  return all(HAS_ROLE).filter((element) => roles.includes(roleOf(element)) && visible(element) && named.test(nameOf(element)));
}

// ---- reading

const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

/** What can be read in an element: its text and alternative texts, without what is hidden. */
function words(node) {
  if (node.nodeType === 3) return shown(node.parentElement ?? node.getRootNode().host) ? node.data : '';
  if (node.nodeType !== 1 || isNeverRead(node)) return '';
  const { display } = getComputedStyle(node);
  if (display === 'none' || node.getAttribute('aria-hidden') === 'true') return '';
  if (node.localName === 'br') return ' ';
  const text = clean(node.getAttribute('aria-label')) || (node.localName === 'img' ? node.alt : inside(node));
  return isInline(display) ? text : apart(text);
}

const inside = (node) => childrenOf(node).map(words).join('');

/** The text that can be seen in these elements. */
const textOfAll = (elements) => clean(elements.filter(visible).map((element) => words(element)).join(' '));

/** aria-pressed, aria-checked or the checkbox's own state, as text; null without one. */
function pressedOf(element) {
  const own = element.localName === 'input' && element.type === 'checkbox' ? String(element.checked) : null;
  return element.getAttribute('aria-pressed') ?? element.getAttribute('aria-checked') ?? own;
}

const off = (element) => element.matches(':disabled') || around(element, (one) => one.getAttribute('aria-disabled') === 'true' || one.inert);

// ---- signs

const KINDS = {
  pressed: (mute, { value }) => pressedOf(mute) === value,
  name: (mute, { value }) => new RegExp(value, 'i').test(nameOf(mute)),
  attribute(mute, { value, at }) {
    const [, name, wanted] = /^([^=]+)(?:=(.*))?$/s.exec(value);
    return (at ? all(at) : [mute]).some((one) => (wanted === undefined ? one.hasAttribute(name) : one.getAttribute(name) === wanted));
  },
  class: (mute, { value, at }) => (at ? all(at) : [mute]).some((one) => one.classList.contains(value)),
  css: (mute, { value }) => all(value).some(visible),
  text: (mute, { value }) => new RegExp(value, 'i').test(clean(words(document.body))),
  js: (mute, sign, state) => Boolean(expressions[state](mute, all)),
};
const OF_THE_BUTTON = ['pressed', 'name', 'js'];

/** Whether the description's sign for this state is there; `plain` tells where the description says nothing. */
function sign(state, mute, plain) {
  const given = description.signs[state];
  if (!given) return plain();
  const lacks = !mute && (OF_THE_BUTTON.includes(given.kind) || (['attribute', 'class'].includes(given.kind) && !given.at));
  return !lacks && KINDS[given.kind](mute, given, state) !== given.absent;
}

// English, German, French, Spanish and Portuguese, Italian, Dutch and Danish, Swedish, Polish, Turkish, Japanese, Chinese, Korean.
const SAYS_MUTE = /mut(e|ing)|stumm|sourdine|muet|silenci|silenzi|demp|dæmp|tyst|wycisz|sessiz|ミュート|静音|음소거/i;
const PLAIN = {
  muted(mute) {
    const name = nameOf(mute), pressed = pressedOf(mute);
    if (pressed !== null) return SAYS_MUTE.test(name) ? pressed === 'true' : null; // of a "Microphone" nobody knows what pressed means
    if (/\bun-?mut(e|ing)\b/i.test(name)) return true;
    if (/\b(unmuted|not muted)\b/i.test(name)) return false;
    return /\bmuted\b/i.test(name) ? true : /\bmut(e|ing)\b/i.test(name) ? false : null;
  },
  pending: (mute) => Boolean(mute) && (around(mute, (one) => one.getAttribute('aria-busy') === 'true') || /\b(un-?)?muting\b/i.test(nameOf(mute))),
  enabled: (mute) => Boolean(mute) && !off(mute),
  call: (mute) => Boolean(mute) && !(off(mute) && NO_CALL.test(clean(words(document.body)))),
};
const ALERTS = '[role=alert], [role=alertdialog], [aria-live=assertive]';
const NO_CALL = /\b(no|not on (a|this)) (live |active |current )?call\b|\bcall (has |is )?(ended|over)\b|\b(loading|connecting|signing in|signed out)\b/i;

/** The words of the notice, or "" for one without words; null: there is none. */
function notice(mute) {
  const { alert } = description.signs;
  const text = !alert ? textOfAll(all(ALERTS)) : alert.kind === 'css' && !alert.absent ? textOfAll(all(alert.value)) : '';
  const plain = !alert || (alert.kind === 'css' && !alert.absent);
  return (plain ? text : sign('alert', mute, () => false)) ? text : null;
}

// ---- what the probe asks

/** Whether this document may be the widget's: of several frames, the one that has the button. */
function ours(mute, login) {
  if (description.frame && !(window !== top && (!window.frameElement || window.frameElement.matches(description.frame)))) return false;
  const begun = Symbol.for('hotmic'); // where the button once was, its absence is a view as well
  if (mute) Object.defineProperty(document, begun, { value: true, configurable: true });
  return Boolean(mute || login || document[begun]) || (window === top && !description.frame && !opener && !document.querySelector('iframe'));
}

let muteControls = []; // the mute controls that could be seen when the page was last looked at

function view() {
  muteControls = seen(description.mute);
  const [mute = null] = muteControls, [login = null] = seen(description.login);
  if (!ours(mute, login)) return null;
  const words = notice(mute);
  const muted = mute && sign('muted', mute, () => PLAIN.muted(mute));
  return {
    muted,
    pending: sign('pending', mute, () => PLAIN.pending(mute)),
    enabled: Boolean(mute) && sign('enabled', mute, () => PLAIN.enabled(mute)),
    alert: words !== null,
    login: login !== null,
    call: sign('call', mute, () => PLAIN.call(mute)),
    notice: words ?? '',
    name: mute ? nameOf(mute) : '',
    pressed: mute && pressedOf(mute),
    text: description.says ? textOfAll(all(description.says)) : mute ? clean(inside(mute)) : '',
    focusable: Boolean(mute) && mute.tabIndex >= 0 && !mute.matches(':disabled'),
  };
}

const CLICKED_BY_KEYS = 'button, input, summary, a[href], area[href], select, textarea';

/** The control that this click or key operates, or "". */
function control(event) {
  const path = event.composedPath();
  const pressed = (finder) => seen(finder).some((element) => path.includes(element));
  if (event.type === 'keydown') {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return '';
    const writing = path[0].closest?.('input:not([type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]');
    if (description.shortcut && !writing && event.key.toLowerCase() === description.shortcut.toLowerCase()) return 'mute';
    if (!['Enter', ' '].includes(event.key) || path[0].matches?.(CLICKED_BY_KEYS)) return ''; // the click that it makes counts
  }
  return pressed(description.mute) ? 'mute' : pressed(description.login) ? 'sign-in' : '';
}

/** The elements of a control that can be seen in this document: none where the widget is in another frame, for all that is known. */
const find = (name) => (description.frame && !window.frameElement?.matches(description.frame) ? [] : seen(name === 'mute' ? description.mute : description.login));
