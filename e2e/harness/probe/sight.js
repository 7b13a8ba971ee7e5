// Part of the probe: what the agent sees and does, what goes wrong, and where the page goes.

// ---- what the agent sees

let standing = { text: 'null', view: null, entry: null };
let told = null; // the entry of the view that stood when the harness was told last
let watching = false; // frames are counted
let requested = false; // one is under way
let dirty = false; // the document has changed since the last frame
let framed = null; // the clock's time in the last frame
let painted = 0; // the number of the entry that tells of the view which it showed
let observing = false; // the page has observers that are called in frames
let trouble = '';
const MANY_FRAMES = 10; // from here on nobody counts

/** Read the view, and log it when it is another than the last. Half a document says nothing: where the parser pauses is chance. */
function look() {
  if (document.readyState === 'loading') return;
  let view = null;
  try {
    view = config.view(document);
    trouble = '';
  } catch (error) {
    trouble = String(error);
  }
  const text = JSON.stringify(view);
  if (text !== standing.text) standing = { text, view, entry: note('view', { view, painted: false, frames: 0 }) };
}

/** What stands when a frame is painted was seen. Frames are watched from a change until the page is still. */
function watch() {
  watching = true;
  if (!requested) native.frame(countFrame);
  requested = true;
}

// A ResizeObserver that begins to observe is called in the same frame, after layout and every frame callback, just before paint.
const beforePaint = new native.ResizeObserver(() => {
  beforePaint.disconnect();
  requested = false;
  look();
  const entry = standing.entry;
  painted = entry?.n ?? 0;
  if (!watching || !entry || entry.frames === MANY_FRAMES) return;
  Object.assign(entry, { painted: true, frames: entry.frames + 1 });
  watch();
});

function countFrame() {
  dirty = false;
  framed = clock.now;
  series += 1;
  if (document.documentElement) beforePaint.observe(document.documentElement);
  else requested = false;
  wake();
}

/** What the harness was told last stood when nothing moved: it was seen for as long as one likes. */
function markLastViewPainted() {
  if (told) told.painted = true;
}

const CHAIN = 10; // a page that asks in a frame for the next, so often in a row, may do so for ever
const LAYOUTS = 2; // so does one that changes what it observes

/**
 * Whether a frame has to come before anything else: the page asked for one; or it is to be called for what changed; or what changed
 * would be undone by a timer before anybody saw it; or, where none comes by itself, time has moved and something is animated.
 */
function wantsFrame({ now, commanded }) {
  if (document.hidden || !innerWidth || !innerHeight) return false; // no frame comes there
  if ([...frames.values()].some((depth) => depth <= CHAIN)) return true;
  if (standing.entry && !standing.entry.painted && clock.next?.due <= now) return true;
  if (dirty && observing && series < LAYOUTS) return true;
  return commanded && (dirty || framed !== clock.now) && animated();
}

/** Animation frames that the page asks for again and again go on with time; so do animations that have an end, and begin in a frame. */
function animated() {
  const moved = framed !== clock.now;
  if (moved && frames.size) return true;
  const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  return ending.some(({ pending, playState }) => pending || (moved && playState === 'running'));
}

function changed() {
  dirty = true;
  stir();
  watch();
}

const LOADS = 'script[src]:not([type]), script[src][type=module], script[src][type="text/javascript"], link[rel=stylesheet], iframe[src]';
const loads = new Map(); // element that was put in and loads → its work

function put(node) {
  if (node.nodeType !== 1 || document.readyState !== 'complete') return;
  for (const element of [node, ...node.querySelectorAll(LOADS)]) {
    if (!element.matches(LOADS) || element.loading === 'lazy' || loads.has(element)) continue;
    const item = { name: `the loading of ${masked(element.src ?? element.href)}`, frame: element.tagName === 'IFRAME' };
    loads.set(element, item);
    work.add(item);
  }
}

function arrived({ target }) {
  if (!loads.has(target)) return;
  work.delete(loads.get(target));
  loads.delete(target);
  stir();
}

const observer = new MutationObserver((records) => {
  for (const { addedNodes, removedNodes } of records) {
    for (const node of addedNodes) put(node);
    for (const node of removedNodes) arrived({ target: node });
  }
  changed();
  look();
});
const everything = { attributes: true, characterData: true, childList: true, subtree: true };
observer.observe(document, everything);
native.wrap(Element.prototype, 'attachShadow', (attach, self, args) => {
  const root = Reflect.apply(attach, self, args);
  observer.observe(root, everything);
  return root;
});

// ---- what the agent does, what goes wrong, where the page goes

const on = (type, act) => native.listen(window, type, act, true);

for (const type of ['click', 'keydown']) {
  on(type, (event) => {
    if (!event.isTrusted) return;
    const gesture = type === 'click' ? { type } : { type: 'key', key: event.key };
    note('gesture', { ...gesture, target: config.control(event) ?? '' });
  });
}
for (const type of ['input', 'change', 'toggle', 'message']) on(type, changed);
for (const type of ['load', 'error']) native.listen(document, type, arrived, true);
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
  native.wrap(sender.prototype, 'postMessage', counted);
}
// Looked at, not called, for another window: whoever calls it is the message's source.
const postToWindow = { value: window.postMessage };
Object.defineProperty(window, 'postMessage', {
  configurable: true,
  enumerable: true,
  get() {
    stir();
    return postToWindow.value;
  },
  set(value) {
    postToWindow.value = value;
  },
});
function counted(post, self, args) {
  stir();
  return Reflect.apply(post, self, args);
}

// A page that draws in animation frames is not still before they ran; one that never ends is not waited for.
let frameDepth = 0;
const frames = new Map(); // handle → how many frames in a row the page has asked for
native.wrap(window, 'requestAnimationFrame', (request, self, [callback]) => {
  const depth = frameDepth + 1;
  const handle = Reflect.apply(request, self, [
    () => {
      frames.delete(handle);
      stir();
      frameDepth = depth;
      try {
        callback(clock.elapsed());
      } finally {
        frameDepth = 0;
      }
    },
  ]);
  frames.set(handle, depth);
  return handle;
});
native.wrap(window, 'cancelAnimationFrame', (cancel, self, [handle]) => {
  frames.delete(handle);
  stir();
  return Reflect.apply(cancel, self, [handle]);
});
for (const observers of [window.ResizeObserver, window.IntersectionObserver]) {
  native.wrap(observers.prototype, 'observe', (observe, self, args) => {
    if (self !== beforePaint) observing = dirty = true;
    return Reflect.apply(observe, self, args);
  });
}

// What a document says through the console when it goes may be lost on the way; the next document of this tab and origin hands
// it over, and begins at the time at which this one ended. Nothing is left there while a page runs.
const HANDOVER = 'hotmic';

function handOver() {
  if (retired) return;
  hand(log);
  const last = { document: id, log, started: requests.count };
  try {
    const { words } = taken() ?? { words: [] };
    sessionStorage.setItem(HANDOVER, JSON.stringify({ now: clock.now, words: [...words, last] }));
  } catch {
    // a document without storage hands nothing over
  }
}

function taken() {
  const left = JSON.parse(sessionStorage.getItem(HANDOVER));
  sessionStorage.removeItem(HANDOVER);
  return left;
}

/** The time at which the document before this one ended, or 0. */
function resume() {
  try {
    const left = taken();
    before = left?.words ?? [];
    return left?.now ?? 0;
  } catch {
    return 0;
  }
}

// While a navigation is under way the browser's debugger is deaf, and so is the harness; one that never ends is stopped, so that
// somebody can say so.
let patience = 0; // real milliseconds; 0: not told yet
let alarm;
window.navigation?.addEventListener('navigate', (event) => {
  if (event.hashChange || event.destination.sameDocument || event.downloadRequest !== null) return;
  leaving = event.destination.url;
  hand(log);
  note('leaving', { url: masked(leaving), top: window === window.top });
  queueMicrotask(() => event.defaultPrevented && stay());
  if (patience) alarm = native.setTimeout(() => giveUp(event.destination.url), patience);
});
function giveUp(url) {
  stuck = `the document that was to come from ${masked(url)}`;
  window.stop();
  stir();
}
window.navigation?.addEventListener('navigatesuccess', stay); // it was intercepted: the document stays
window.navigation?.addEventListener('navigateerror', stay);
function stay() {
  native.clearTimeout(alarm);
  leaving = null;
  stir();
}
on('pagehide', handOver);
native.listen(document, 'readystatechange', () => {
  stir();
  look();
});
on('load', stir);
