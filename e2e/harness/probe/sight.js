// Part of the probe: logs what the agent sees and does, the page's errors, and its navigations.

// ---- what the agent sees

let currentView = { text: 'null', view: null, entry: null };
let lastReported = null; // the entry of the view that was current in the last report
let countingFrames = false;
let frameRequested = false;
let dirty = false; // the document has changed since the last frame
let lastFrameTime = null; // by the clock
let painted = 0; // the number of the view's entry that the last frame showed
let observing = false; // the page has observers that the browser calls in frames
let trouble = '';
const MANY_FRAMES = 10; // more are not counted

/** Read the view, and log it if it has changed. Not while the document is parsed: where the parser pauses is chance. */
function readView() {
  if (document.readyState === 'loading') return;
  let view = null;
  try {
    view = config.view(document);
    trouble = '';
  } catch (error) {
    trouble = String(error);
  }
  const text = JSON.stringify(view);
  if (text !== currentView.text) currentView = { text, view, entry: note('view', { view, painted: false, frames: 0 }) };
  noteEvidence();
  readWords();
}

let expired = false; // Genesys has refused the page's token

function tokenRefused() {
  expired = true;
  noteEvidence();
}

function noteEvidence() {
  for (const { kind, ...entry } of config.evidence(expired)) note(kind, entry);
}

// Words that come after a refusal and that no sign takes may be the notice. They are looked for only then: reading a page takes time.
let knownWords = null; // the texts that could be read before the agent's press was refused; null: nothing was pressed
let wordsRefused = false; // since that press
let newWords = ''; // as last logged

function wordsAtPress() {
  knownWords = new Set(config.words(null));
  wordsRefused = false;
}

function wordsAtRefusal() {
  if (!knownWords) return;
  for (const text of config.words(null)) knownWords.add(text);
  wordsRefused = true;
}

function readWords() {
  if (!wordsRefused && !newWords) return;
  const found = (wordsRefused && config.words(knownWords)) || { text: '', css: '' };
  if (found.text === newWords) return;
  newWords = found.text;
  note('words', found);
}

/** Count the frames that show the current view, from a change until the page is still. */
function watchFrames() {
  countingFrames = true;
  if (!frameRequested) native.frame(countFrame);
  frameRequested = true;
}

// A ResizeObserver that begins to observe is called in the same frame, after layout and every frame callback, just before paint.
const beforePaint = new native.ResizeObserver(() => {
  beforePaint.disconnect();
  frameRequested = false;
  readView();
  const entry = currentView.entry;
  painted = entry?.n ?? 0;
  if (!countingFrames || !entry || entry.frames === MANY_FRAMES) return;
  Object.assign(entry, { painted: true, frames: entry.frames + 1 });
  watchFrames();
});

function countFrame() {
  dirty = false;
  lastFrameTime = clock.now;
  framesInARow += 1;
  if (document.documentElement) beforePaint.observe(document.documentElement);
  else frameRequested = false;
  wake();
}

/** Count the view of the last report as painted: nothing moved then, so it could be seen for as long as one likes. */
function markLastViewPainted() {
  if (lastReported) lastReported.painted = true;
}

const CHAIN = 10; // a page that asks in a frame for the next, so many times in a row, may do so for ever
const LAYOUTS = 2; // so may a page that changes what it observes

/**
 * Whether a frame has to come before anything else: the page asked for one; its observers are to be called for a change; a timer that
 * is due may undo a view before it was painted; or, where none comes by itself, time has moved and something is animated.
 */
function wantsFrame({ now, commanded }) {
  if (document.hidden || !innerWidth || !innerHeight) return false; // no frame comes there
  if ([...animationFrames.values()].some((depth) => depth <= CHAIN)) return true;
  if (currentView.entry && !currentView.entry.painted && nextDue() <= now) return true;
  if (dirty && observing && framesInARow < LAYOUTS) return true;
  return commanded && (dirty || lastFrameTime !== clock.now) && animated();
}

/** Whether a frame would change the page: it asks for frames again and again and time has moved, or an animation with an end runs or is to begin. */
function animated() {
  const moved = lastFrameTime !== clock.now;
  if (moved && animationFrames.size) return true;
  const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  return ending.some(({ pending, playState }) => pending || (moved && playState === 'running'));
}

function noteChange() {
  dirty = true;
  markActivity();
  watchFrames();
}

const LOADING = 'script[src]:not([type]), script[src][type=module], script[src][type="text/javascript"], link[rel=stylesheet], iframe[src]';
const loading = new Map(); // element that was inserted and loads → its work

function trackLoading(node) {
  if (node.nodeType !== 1 || document.readyState !== 'complete') return;
  for (const element of [node, ...node.querySelectorAll(LOADING)]) {
    if (!element.matches(LOADING) || element.loading === 'lazy' || loading.has(element)) continue;
    const item = { name: `the loading of ${masked(element.src ?? element.href)}`, frame: element.tagName === 'IFRAME' };
    loading.set(element, item);
    work.add(item);
  }
}

function loadingEnded({ target }) {
  if (!loading.has(target)) return;
  work.delete(loading.get(target));
  loading.delete(target);
  markActivity();
}

const observer = new MutationObserver((records) => {
  for (const { addedNodes, removedNodes } of records) {
    for (const node of addedNodes) trackLoading(node);
    for (const node of removedNodes) loadingEnded({ target: node });
  }
  noteChange();
  readView();
});
const everything = { attributes: true, characterData: true, childList: true, subtree: true };
observer.observe(document, everything);
native.wrap(Element.prototype, 'attachShadow', (attach, self, args) => {
  const root = Reflect.apply(attach, self, args);
  observer.observe(root, everything);
  return root;
});

// ---- gestures, errors, navigations

const on = (type, act) => native.listen(window, type, act, true);

// A button that is held to talk acts before the browser makes a click of it.
let held = false;
for (const type of ['pointerdown', 'pointerup', 'pointercancel']) {
  on(type, (event) => {
    const down = type === 'pointerdown';
    if (!event.isTrusted || (down ? !onMute(event) : !held)) return;
    if (down) wordsAtPress();
    held = down;
    note('pointer', { down });
  });
}
let heldKey = ''; // as its code
for (const type of ['keydown', 'keyup']) {
  on(type, (event) => {
    const down = type === 'keydown';
    if (!event.isTrusted || (down ? !pressesMute(event) : event.code !== heldKey)) return;
    heldKey = down ? event.code : '';
    note('pointer', { down });
  });
}
function pressesMute(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
  return (['Enter', ' '].includes(event.key) && onMute(event)) || config.control(event) === 'mute';
}
const onMute = (event) => config.find('mute').some((element) => event.composedPath().includes(element));

/** Whether a key is meant for nothing else: it is no text, has no modifier, and is not held. */
function isFree(event) {
  const writing = event.composedPath()[0].closest?.('input:not([type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]');
  return !(writing || event.ctrlKey || event.metaKey || event.altKey || event.repeat);
}

for (const type of ['click', 'keydown']) {
  on(type, (event) => {
    if (!event.isTrusted) return;
    const gesture = type === 'click' ? { type } : { type: 'key', key: event.key };
    const target = config.control(event) ?? '';
    if (target === 'mute') wordsAtPress();
    note('gesture', { ...gesture, target, ...(type === 'keydown' && isFree(event) && { free: true }) });
  });
}
for (const type of ['input', 'change', 'toggle', 'message']) on(type, noteChange);
for (const type of ['load', 'error']) native.listen(document, type, loadingEnded, true);
on('error', (event) => event instanceof ErrorEvent && note('error', { message: event.message }));
on('unhandledrejection', ({ reason }) => note('rejection', { reason: masked(reason?.message ? `${reason.name}: ${reason.message}` : described(reason)) }));

function described(reason) {
  try {
    return typeof reason === 'object' ? JSON.stringify(reason) : String(reason);
  } catch {
    return String(reason);
  }
}

for (const sender of [MessagePort, window.Worker, window.BroadcastChannel].filter(Boolean)) {
  native.wrap(sender.prototype, 'postMessage', countAsActivity);
}
// A getter and not a Proxy: the window whose script calls it must stay the message's source.
const postToWindow = { value: window.postMessage };
Object.defineProperty(window, 'postMessage', {
  configurable: true,
  enumerable: true,
  get() {
    markActivity();
    return postToWindow.value;
  },
  set(value) {
    postToWindow.value = value;
  },
});
function countAsActivity(post, self, args) {
  markActivity();
  return Reflect.apply(post, self, args);
}

// A page that draws in animation frames is still only when they have run; a chain of frames without end is not waited for.
let frameDepth = 0;
const animationFrames = new Map(); // handle → how many frames in a row the page has asked for
native.wrap(window, 'requestAnimationFrame', (request, self, [callback]) => {
  const depth = frameDepth + 1;
  const handle = Reflect.apply(request, self, [
    () => {
      animationFrames.delete(handle);
      markActivity();
      frameDepth = depth;
      try {
        callback(clock.elapsed());
      } finally {
        frameDepth = 0;
      }
    },
  ]);
  animationFrames.set(handle, depth);
  return handle;
});
native.wrap(window, 'cancelAnimationFrame', (cancel, self, [handle]) => {
  animationFrames.delete(handle);
  markActivity();
  return Reflect.apply(cancel, self, [handle]);
});
for (const observers of [window.ResizeObserver, window.IntersectionObserver]) {
  native.wrap(observers.prototype, 'observe', (observe, self, args) => {
    if (self !== beforePaint) observing = dirty = true;
    return Reflect.apply(observe, self, args);
  });
}

// What a document logs through the console when it is unloaded may be lost. So it leaves its log in sessionStorage as well, with its
// time: the next document of this tab and origin reports it and begins at that time. Nothing is left there while a page runs.
const HANDOVER = 'hotmic';

function handOver() {
  if (retired) return;
  const words = lastWords();
  words.forEach(push);
  try {
    const { logs } = takeHandover() ?? { logs: [] };
    sessionStorage.setItem(HANDOVER, JSON.stringify({ now: clock.now, logs: [...logs, ...words] }));
  } catch {
    // a document without storage hands nothing over
  }
}

function takeHandover() {
  const left = JSON.parse(sessionStorage.getItem(HANDOVER));
  sessionStorage.removeItem(HANDOVER);
  return left;
}

/** Take over the logs of the documents before this one; returns the time at which the last ended, or 0. */
function resume() {
  try {
    const left = takeHandover();
    earlierLogs = left?.logs ?? [];
    return left?.now ?? 0;
  } catch {
    return 0;
  }
}

// While a navigation is under way the browser answers no question of the harness. One that never ends is stopped, so that it can be
// reported.
let navigationLimit = 0; // real milliseconds; 0: not known yet
let alarm;
window.navigation?.addEventListener('navigate', (event) => {
  if (event.hashChange || event.destination.sameDocument || event.downloadRequest !== null) return;
  leaving = event.destination.url;
  lastWords().forEach(push);
  note('leaving', { url: masked(leaving), top: window === window.top });
  queueMicrotask(() => event.defaultPrevented && stay());
  if (navigationLimit) alarm = native.setTimeout(() => giveUp(event.destination.url), navigationLimit);
});
function giveUp(url) {
  gaveUpOn = `the document that was to come from ${masked(url)}`;
  window.stop();
  markActivity();
}
window.navigation?.addEventListener('navigatesuccess', stay); // it was intercepted: the document stays
window.navigation?.addEventListener('navigateerror', stay);
function stay() {
  native.clearTimeout(alarm);
  leaving = null;
  markActivity();
}
on('pagehide', () => {
  handOver();
  // What it logs from here on would reach the harness now and then. The window of an empty document may be that of the next one.
  if (location.href !== 'about:blank') unloading = retired = true;
});
on('pageshow', ({ persisted }) => {
  if (persisted) unloading = retired = false;
});
native.listen(document, 'readystatechange', () => {
  markActivity();
  readView();
});
on('load', markActivity);
