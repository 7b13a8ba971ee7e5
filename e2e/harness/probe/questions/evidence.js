// What speaks for and against a description: whether the selectors of its signs match anything, other buttons like the one that is
// found, and what may be a sign-in that is not. It is said once in a document; look.js, selector.js and words.js stand before it.

const selectors = new Map(); // state → the key and the selector by which its sign is found, until that has matched
for (const [state, { kind, value, at }] of Object.entries(description.signs)) {
  const css = at || (kind === 'css' ? value : '');
  if (css && state !== 'alert') selectors.set(state, { key: at ? 'at' : 'css', css }); // new words tell where the notice is
}
const unmatched = new Set(); // states of which it was said that theirs matches nothing
let compared = { mute: null, count: 0, text: '' }; // the button, how many of its kind there were, and what was said

/** Entries for the log: what is new since it was asked before. `expired`: Genesys has refused the page's token. */
function evidence(expired) {
  const [mute] = muteControls;
  return [...(mute ? [...newPlaces(mute), ...newLike(mute)] : []), ...(expired ? newLogin() : [])];
}

function* newPlaces(mute) {
  for (const [state, { key, css }] of selectors) {
    const matches = all(css).length > 0;
    if (!matches && unmatched.has(state)) continue;
    if (matches) selectors.delete(state);
    else unmatched.add(state);
    yield { kind: 'place', state, key, css, matches, near: matches ? [] : selectorsNear(mute) };
  }
}

/** The ids and classes on the button and around it, as selectors, the nearest first. */
function selectorsNear(mute) {
  const near = [];
  for (let one = mute; one && one !== document.body; one = one.parentElement) near.push(one, ...one.querySelectorAll('*'));
  const names = near.flatMap((one) => [...(one.id ? [`#${CSS.escape(one.id)}`] : []), ...[...one.classList].map((name) => `.${CSS.escape(name)}`)]);
  return [...new Set(names)].slice(0, 40);
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/i;

/** Other buttons that can be seen and are called like this one, where the description does not say whose is meant. */
function* newLike(mute) {
  if (description.own) return;
  const { length } = all(mute.localName);
  if (mute === compared.mute && length === compared.count) return;
  const like = (one) => one === mute || (visible(one) && (/mut(e|ing)/i.test(nameOf(one)) || nameOf(one) === nameOf(mute)));
  const buttons = length > 1 ? all(mute.localName).filter(like) : [mute];
  const rows = buttons.map(guidsAround);
  const entry = { kind: 'alike', found: muteControls.length, place: buttons.indexOf(mute), rows };
  const text = buttons.length > 1 ? JSON.stringify(entry) : '';
  const old = compared.text;
  compared = { mute, count: length, text };
  if (text && text !== old) yield entry;
}

/** The attributes of a button and of what it is in that have an id as Genesys gives them. */
function guidsAround(button) {
  const given = [];
  for (let one = button; one && one !== document.body; one = one.parentElement) {
    for (const { name, value } of one.attributes) if (GUID.test(value)) given.push({ attribute: name, value, button: selectorIn(button, one) });
  }
  return given;
}

const selectorIn = (button, row) => (button === row ? '' : button.classList.length ? `.${CSS.escape(button.classList[0])}` : button.localName);

let pressable = null; // the names of what could be pressed when Genesys refused the token
let asking = ''; // the selector of what has come since and may be what an agent presses to sign in
const NO_LOGIN = /\b(close|dismiss|cancel|retry|again|reload|ok)\b|schließen|abbrechen|erneut|^.$/i;

/** What can be pressed since the token was refused, where no sign-in is found; without a selector when it has gone. */
function* newLogin() {
  const controls = all(HAS_ROLE).filter((one) => ['button', 'link'].includes(roleOf(one)) && visible(one) && !muteControls.includes(one));
  pressable ??= new Set(controls.map(nameOf));
  const fresh = (one) => !pressable.has(nameOf(one)) && !NO_LOGIN.test(nameOf(one));
  const found = seen(description.login).length ? undefined : controls.find(fresh);
  const css = found ? named(found) : '';
  if (css !== asking) yield { kind: 'login-like', css, name: found ? nameOf(found) : '' };
  asking = css;
}
