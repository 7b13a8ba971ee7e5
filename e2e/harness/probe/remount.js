// Part of the probe: makes a document as new without loading it, for a widget that can be mounted again (config.remount).
//
// It removes everything that the page left: its sockets, timers, listeners, microphones, what it stored, drew and put on window.
// A request cannot be taken back, so a page with anything under way is loaded instead.

let first = null; // the body as it was parsed, before the page's modules and deferred scripts ran
let names = null; // the properties of window at that time
native.listen(document, 'readystatechange', () => {
  if (!config.remount || document.readyState !== 'interactive') return;
  first = document.body.cloneNode(true);
  names = new Set(Reflect.ownKeys(window));
});

const listeners = []; // of the page, on window and document: [target, type, listener, options]
if (config.remount) {
  native.wrap(EventTarget.prototype, 'addEventListener', (add, self, args) => {
    const target = self ?? window;
    if (target === window || target === document) listeners.push([target, ...args]);
    return Reflect.apply(add, target, args);
  });
}

let again = 0;

/** Returns whether the document was made as new; `start` is {now, address, local, session}. */
function renew(start) {
  if (!first || workers.size || requests.open.size || work.size || loading.size || animationFrames.size) return false;
  for (const [target, type, ...rest] of listeners.splice(0)) target.removeEventListener(type, ...rest);
  for (const socket of [...living.keys()]) {
    silenced.add(socket);
    socket.close();
  }
  living.clear();
  sockets.clear();
  socketCount = 0;
  windows.clear();
  opened = 0;
  forgetMicrophones();
  forgetWorkers();
  for (const name of Reflect.ownKeys(window)) names.has(name) || Reflect.deleteProperty(window, name);
  clock.restart(start.now);
  Object.assign(requests, { count: 0, givenUp: [] });
  fill(localStorage, start.local);
  fill(sessionStorage, start.session);
  history.replaceState(null, '', start.address);
  id = newId();
  log = [];
  entryCount = 0;
  earlierLogs = [];
  gaveUpOn = '';
  leaving = null;
  drawn = null;
  currentView = { text: 'null', view: null, entry: null };
  lastReported = null;
  lastFrameTime = null;
  painted = 0;
  framesInARow = 0;
  observing = false;
  retired = false;
  note('load', { url: masked(location.href), top: window === window.top });
  document.body.replaceWith(first.cloneNode(true));
  tracked('mounting the widget again', Promise.resolve(config.remount(++again)), true);
  return true;
}

function fill(store, texts) {
  store.clear();
  for (const [key, text] of Object.entries(texts)) store.setItem(key, text);
}
