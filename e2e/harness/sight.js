// Part of the probe: what the agent sees and does, what goes wrong, and where the page goes.

// ---- what the agent sees

let standing = { text: 'null', view: null, entry: null };
let watching = false; // frames are counted
let requested = false; // one is under way
let trouble = '';
const MANY_FRAMES = 10; // from here on nobody counts

/** Read the view, and log it when it is another than the last. */
function look() {
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
  if (!watching || !entry || entry.frames === MANY_FRAMES) return;
  Object.assign(entry, { painted: true, frames: entry.frames + 1 });
  watch();
});

function countFrame() {
  if (document.documentElement) beforePaint.observe(document.documentElement);
  else requested = false;
}

function changed() {
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
native.wrap(window, 'postMessage', counted);
function counted(post, self, args) {
  stir();
  return Reflect.apply(post, self, args);
}

// A page that draws in animation frames is not still before they ran; one that never ends is not waited for.
let frameDepth = 0;
const frames = new Map(); // handle → its work
native.wrap(window, 'requestAnimationFrame', (request, self, [callback]) => {
  const depth = frameDepth + 1;
  const item = { name: 'an animation frame' };
  const handle = Reflect.apply(request, self, [
    () => {
      frames.delete(handle);
      work.delete(item);
      stir();
      frameDepth = depth;
      try {
        callback(clock.elapsed());
      } finally {
        frameDepth = 0;
      }
    },
  ]);
  frames.set(handle, item);
  if (depth <= 2 && !document.hidden) work.add(item);
  return handle;
});
native.wrap(window, 'cancelAnimationFrame', (cancel, self, [handle]) => {
  work.delete(frames.get(handle));
  frames.delete(handle);
  stir();
  return Reflect.apply(cancel, self, [handle]);
});

const HANDOVER = 'hotmic:now'; // the next document of this tab begins at the time at which this one ended
function leave() {
  hand(log);
  try {
    sessionStorage.setItem(HANDOVER, String(clock.now));
  } catch {
    // a document without storage hands nothing over; the harness gives the time
  }
}

function resume() {
  try {
    const then = Number(sessionStorage.getItem(HANDOVER) ?? 0);
    sessionStorage.removeItem(HANDOVER);
    return then;
  } catch {
    return 0;
  }
}

window.navigation?.addEventListener('navigate', (event) => {
  if (event.hashChange || event.destination.sameDocument || event.downloadRequest !== null) return;
  leaving = event.destination.url;
  hand(log);
  note('leaving', { url: masked(leaving) });
  queueMicrotask(() => event.defaultPrevented && stay());
});
window.navigation?.addEventListener('navigatesuccess', stay); // it was intercepted: the document stays
window.navigation?.addEventListener('navigateerror', stay);
function stay() {
  leaving = null;
  stir();
}
on('pagehide', leave);
native.listen(document, 'readystatechange', stir);
on('load', stir);
