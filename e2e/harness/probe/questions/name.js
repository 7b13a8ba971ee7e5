// The role and the accessible name of a control, as the browser has them in its accessibility tree.
//
// Rules: https://www.w3.org/TR/accname-1.2/. Where they leave a choice, Chromium's is taken: e2e/selftest/test_accessible_names.py
// compares role and name with Chromium's own on the lines of accessible_names.html. What no script can read is left out:
// ElementInternals, and closed shadow roots.

const clean = (text) => String(text ?? '').replace(/\s+/g, ' ').trim();
const apart = (text) => ` ${text} `; // from what stands beside it
const parentOf = (node) => node.assignedSlot ?? node.parentNode?.host ?? node.parentElement;

/** Whether the element or one around it, through shadow roots, is so. */
function around(element, is) {
  for (let each = element; each; each = parentOf(each)) if (is(each)) return true;
  return false;
}

// ---- roles

const HAS_ROLE = 'button, input, summary, a[href], [role]';
const INPUTS = { button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox' };
const ROLES = new Set((
  'alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary'
  + ' contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img image'
  + ' insertion link list listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter'
  + ' navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search'
  + ' searchbox separator slider spinbutton status strong subscript suggestion superscript switch tab table tablist tabpanel term'
  + ' textbox time timer toolbar tooltip tree treegrid treeitem'
).split(' '));

/** The role of a control, "" without one: the first word of `role` that is one, else what the element is by itself. */
function roleOf(element) {
  if (!element.hasAttribute('role')) return ownRole(element);
  const given = clean(element.getAttribute('role')).toLowerCase().split(' ').find((word) => ROLES.has(word)) ?? '';
  const none = ['none', 'presentation'].includes(given) && element.tabIndex >= 0; // what takes the focus has a role nevertheless
  return none || !given ? ownRole(element) : given;
}

function ownRole(element) {
  if (element.localName === 'input') return INPUTS[element.type] ?? '';
  if (element.localName === 'a') return element.hasAttribute('href') ? 'link' : '';
  return element.localName === 'button' || element.matches('details > summary:first-of-type') ? 'button' : '';
}

// ---- names

const nameOf = (element) => clean(alternative(element, { self: true, root: true, follow: true, path: [] }));

// What is not read as a part of another's name.
const APART = new Set((
  'alert alertdialog application article banner blockquote combobox complementary contentinfo dialog document feed figure grid group'
  + ' img image listbox log main marquee menu menubar meter navigation note progressbar radiogroup row rowgroup scrollbar search separator'
  + ' slider spinbutton status suggestion table tablist tabpanel timer toolbar tree treegrid'
).split(' '));
const APART_ELEMENTS = 'article, aside, blockquote, dialog, fieldset, figure, form, main, nav, output, search, audio, video, object, iframe, math';

/**
 * The text that stands for an element, not yet cleaned of blanks. `self`: it is the control whose name is asked for; `root`: it is that,
 * its label, or what it refers to; `follow`: no reference was followed yet; `hidden`: what is hidden is read, too; `path`: the elements
 * that are being read.
 */
function alternative(element, how) {
  const referenced = how.follow ? clean(referencesOf(element).map(referencedText).join(' ')) : '';
  if (referenced) return apart(referenced);
  const value = how.self ? null : valueOf(element);
  if (value !== null) return apart(value);
  const label = clean(element.getAttribute('aria-label'));
  if (label) return apart(label);
  const within = { ...how, self: false, root: false, path: [...how.path, element] };
  const native = nativeName(element, within);
  if (native !== null) return apart(native);
  const role = roleOf(element);
  const isImage = role === 'img' || role === 'image';
  const isApart = how.follow && !how.root && (role ? APART.has(role) : element.matches(APART_ELEMENTS));
  const text = isApart || isImage ? '' : contents(element, within);
  return !clean(text) && (how.root || role) ? apart(element.title ?? '') : text;
}

/** The elements that are to name this one. */
function referencesOf(element) {
  if (!element.hasAttribute('aria-labelledby') && !element.hasAttribute('aria-labeledby')) return [];
  if (element.ariaLabelledByElements) return element.ariaLabelledByElements;
  const ids = clean(element.getAttribute('aria-labelledby') ?? element.getAttribute('aria-labeledby')).split(' ');
  return ids.map((id) => element.getRootNode().getElementById(id)).filter(Boolean);
}

/** What an element says to which others refer: of one that is hidden, everything. */
function referencedText(element) {
  return alternative(element, { root: true, follow: false, hidden: !isRendered(element) || around(element, isUnread), path: [] });
}

const isUnread = (element) => element.getAttribute('aria-hidden') === 'true';
const shown = (element) => getComputedStyle(element).visibility === 'visible';

function isRendered(element) {
  if (getComputedStyle(element).display === 'contents') return isRendered(parentOf(element)) && shown(element);
  return element.checkVisibility({ visibilityProperty: true });
}

const RANGES = ['progressbar', 'slider', 'spinbutton', 'scrollbar', 'meter'];
const WRITTEN = /^(text|search|email|tel|url|number|range|date|month|week|time|datetime-local|color)$/;

/** What a control within a name says: what is written, chosen or set in it; null if it is none of those. */
function valueOf(element) {
  const { localName } = element, role = roleOf(element);
  if (localName === 'textarea' || (localName === 'input' && WRITTEN.test(element.type))) return element.value;
  if (localName === 'select') return [...element.selectedOptions].map((option) => option.text).join(' ');
  if (role === 'listbox') return [...element.querySelectorAll('[aria-selected=true]')].map(nameOf).join(' ');
  if (localName !== 'progress' && localName !== 'meter' && !RANGES.includes(role)) return null;
  const own = localName === 'progress' && element.position < 0 ? '' : element.value; // of a progress without end there is none
  return element.getAttribute('aria-valuetext') ?? element.getAttribute('aria-valuenow') ?? String(own ?? '');
}

const BY_ITSELF = { submit: 'Submit', reset: 'Reset' };

/** The name that HTML and SVG give an element by other means than its contents; null if they give none. */
function nativeName(element, how) {
  const { localName, labels, type, title } = element;
  if (labels?.length && ![...labels].some((label) => how.path.includes(label))) {
    return [...labels].map((label) => (isRendered(label) && !isUnread(label) ? alternative(label, { ...how, root: true }) : '')).join(' ');
  }
  if (localName === 'img' && !isUndone(element)) return element.getAttribute('alt') ?? title;
  if (element instanceof SVGElement) return isUndone(element) ? null : titleOf(element);
  if (localName !== 'input' || !(type in INPUTS) || type === 'checkbox') return null;
  const value = element.getAttribute('value');
  if (type === 'image') return element.alt || value || title || BY_ITSELF.submit;
  return value ?? BY_ITSELF[type] ?? title;
}

const isUndone = (element) => ['none', 'presentation'].includes(roleOf(element));

/** The title of a part of a drawing: its own, or that of the symbol which it uses; null without one. */
function titleOf(element) {
  const used = element.localName === 'use' ? element.getRootNode().querySelector(`[id=${JSON.stringify(element.href.baseVal.slice(1))}]`) : null;
  return [element, used].map((one) => one?.querySelector(':scope > title')?.textContent).find((text) => clean(text)) ?? null;
}

/** What an element's contents say, with what style sheets put before and after them. */
function contents(element, how, isShown = shown(element)) {
  const [before, after] = how.hidden || !(element instanceof HTMLElement) ? ['', ''] : [generated(element, '::before'), generated(element, '::after')];
  const texts = childrenOf(element).map((child) => (child.nodeType !== 3 ? textOf(child, how) : how.hidden || isShown ? child.data : ''));
  return before + texts.join('') + after;
}

function textOf(node, how) {
  if (node.nodeType !== 1 || isNeverRead(node) || node instanceof SVGTitleElement || how.path.includes(node)) return '';
  const { display, visibility } = getComputedStyle(node);
  if (!how.hidden && (display === 'none' || isUnread(node) || node.inert)) return '';
  if (node.localName === 'br') return ' ';
  const isShown = how.hidden || visibility === 'visible';
  const text = isShown ? alternative(node, how) : contents(node, how, false); // in which something may be shown again
  return isInline(display) ? text : apart(text);
}

const NEVER_READ = ['script', 'style', 'noscript', 'template', 'desc', 'metadata', 'defs'];
const isNeverRead = (element) => NEVER_READ.includes(element.localName);
const isInline = (display) => display === 'inline' || display === 'contents' || display === 'none';

/** What stands in an element on the page: in a slot what is put there, in a host its shadow root, of closed details the summary. */
function childrenOf(element) {
  if (element.localName === 'slot' && element.assignedNodes().length) return element.assignedNodes();
  if (element.localName === 'details' && !element.open) return [...element.children].filter((child) => child.matches('summary:first-of-type'));
  return [...(element.shadowRoot ?? element).childNodes];
}

/** The text of a pseudo-element: of `content: "x" / "y"`, "y" is read. */
function generated(element, pseudo) {
  const { content, display, visibility } = getComputedStyle(element, pseudo);
  if (content === 'none' || content === 'normal' || display === 'none' || visibility !== 'visible') return '';
  const parts = content.match(/"(?:[^"\\]|\\.)*"|\//g) ?? [];
  const slash = parts.indexOf('/');
  const text = parts.slice(slash + 1).map((part) => part.slice(1, -1).replace(/\\(.)/g, '$1')).join('');
  return isInline(display) && slash < 0 ? text : apart(text);
}
