// Runs in every document before the page's own scripts: numbers what the page sends, receives and shows, and reports when it has
// nothing left to do.
//
// probe.py puts clock.js and `config` in front of it, {apis: [origin…], view(document), control(event), find(name), remount}, and the
// other parts behind it. A native function is replaced by a Proxy, which keeps its prototype, statics, name and `toString`.

const native = {
  Date,
  WebSocket,
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  frame: window.requestAnimationFrame.bind(window),
  reportError: window.reportError.bind(window),
  debug: console.debug.bind(console),
  realTime: ((origin, since) => () => origin + since())(performance.timeOrigin, performance.now.bind(performance)),
  listen: Function.prototype.call.bind(EventTarget.prototype.addEventListener),
  ResizeObserver,
  rounds: new MessageChannel(),
  post: MessagePort.prototype.postMessage,
  /** Replace object[name], a function, by one that calls around(original, this, args). */
  wrap(object, name, around) {
    const property = Object.getOwnPropertyDescriptor(object, name);
    const value = new Proxy(object[name], { apply: around });
    Object.defineProperty(object, name, { configurable: true, enumerable: true, writable: true, ...property, value });
  },
};
const drawBytes = Crypto.prototype.getRandomValues;
const newId = () => Array.from(Reflect.apply(drawBytes, crypto, [new Uint8Array(6)]), (byte) => byte.toString(16).padStart(2, '0')).join('');
let id = newId();

// What the documents of one page log is put in order by the browser's own time; those of one origin also count their turns together,
// for that time is not exact.
const turns = sharedTurns();

function sharedTurns() {
  try {
    return window.top.__hotmic?.turns ?? { last: 0 };
  } catch {
    return { last: 0 }; // the page is of another origin
  }
}

const nextTurn = () => (turns.last = Math.max(native.realTime(), turns.last + 0.001));

// ---- the log

let log = []; // what the harness does not have yet
let entryCount = 0;
let activity = 0; // counts everything that may make the page do more
let wake = () => {};
let leaving = null; // the address of the navigation under way
let gaveUpOn = ''; // the navigation that did not end within its limit
let earlierLogs = []; // the last entries of the documents before this one in its tab
let framesInARow = 0; // since anything but a view was logged
const work = new Set(); // what the browser does for the page and will end, {name}
const secrets = /((?:access_token|refresh_token|code|code_verifier|client_secret)=)([^&\s]{4})[^&\s]*/g;
const masked = (text) => String(text).replace(secrets, '$1$2…');

function markActivity() {
  activity += 1;
  wake();
}

// The empty document that a new tab begins with is not reported, and its window loses the name that an earlier document gave it.
// A window that a page opened keeps the name that it was given.
const unopened = location.href === 'about:blank' && window === window.top && !window.opener;
if (unopened) window.name = '';
let retired = unopened; // the harness does not ask this document any more

function note(kind, data) {
  const entry = { n: ++entryCount, at: nextTurn(), kind, ...data };
  log.push(entry);
  if (kind !== 'view') framesInARow = 0;
  if (leaving !== null) push([entry]);
  markActivity();
  return entry;
}

/** Send log entries to the harness at once, through the console: this document may be gone before it is asked. */
function push(entries) {
  if (retired) return;
  native.debug('hotmic:' + JSON.stringify({ document: id, log: entries, started: requests.count }));
}

/** Count a promise as work until it is settled; returns one that behaves the same. Work that `draws` may wait for an animation frame. */
function tracked(name, promise, draws = false) {
  const item = { name, draws };
  work.add(item);
  return promise.finally(() => {
    work.delete(item);
    markActivity();
  });
}

const clock = makeClock(native, (timer) => note('timer', timer));

// ---- stillness

const ORIGIN = self.origin; // "null" where it has none to share, as in a sandbox
const IDLE_ROUNDS = 3; // rounds of the page's tasks without any activity: the page has nothing left to do
let reportedActivity = -1; // `activity` in the last report

/** The work under way, without that which waits for an animation frame. */
const busy = () => [...work].filter((item) => !(item.draws && animationFrames.size));

/** The names of what the server has written, or the page has begun, and the page has not handled. */
function missing(ask, mine) {
  const names = busy().filter((item) => !(item.frame && ask.leaving)).map((item) => item.name);
  for (const [request, name] of requests.open) {
    if (request <= mine.arrived && !mine.unanswered.includes(request)) names.push(`the answer to ${name} was written, but the page has not handled it`);
  }
  for (const [channel, expected] of Object.entries(ask.sockets)) {
    const socket = sockets.get(channel);
    if (!socket || expected.owner !== id || expected.made !== socket.made) continue; // it has a newer one
    names.push(...missingOfOlder(channel, socket, expected.older));
    if (socket.state === 'closed') continue;
    const name = `socket ${socket.k} (channel ${channel})`;
    if (expected.closed) names.push(`the end of ${name}`);
    else if (expected.open && socket.state === 'connecting') names.push(`the opening of ${name}`);
    else if (socket.state === 'open' && socket.frames < expected.frames) names.push(`frame ${expected.frames} of ${name} (it has ${socket.frames})`);
  }
  if (document.readyState !== 'complete' && leaving === null && !ask.leaving) names.push('the end of loading');
  if (!ask.leaving) names.push(...iframesUnderWay());
  return names;
}

const awaitedIframes = new WeakSet();

/** The names of iframes that still show their first, empty document and have an address to load. */
function iframesUnderWay() {
  const names = [];
  for (let place = 0; place < window.length; place += 1) {
    const iframe = emptyIframe(window[place]);
    if (!iframe) continue;
    if (!awaitedIframes.has(iframe)) {
      awaitedIframes.add(iframe);
      native.listen(iframe, 'load', markActivity);
    }
    names.push(`the document of an iframe at ${masked(iframe.src)}`);
  }
  return names;
}

function emptyIframe(there) {
  try {
    const iframe = there.location.href === 'about:blank' ? there.frameElement : null;
    const goes = iframe && !iframe.hasAttribute('srcdoc') && iframe.loading !== 'lazy' && /^https?:/.test(iframe.src);
    return goes ? iframe : null;
  } catch {
    return null; // it has come to another origin
  }
}

/** The names of what is missing of a channel's earlier sockets that are open here: their end, or frames that the server has written. */
function missingOfOlder(channel, newest, written) {
  const there = [...living].filter(([, its]) => its === channel).map(([socket]) => numbered.get(socket));
  const older = there.filter((socket) => socket !== newest && socket.state === 'open');
  if (older.length > written.length) return [`the end of an earlier socket than ${newest.k} (channel ${channel})`];
  if (older.length < written.length) return []; // the server has not noticed that one ended
  const lacking = older.filter((socket, place) => socket.frames < written[place]);
  return lacking.map((socket) => `a frame of socket ${socket.k} (channel ${channel}; it has ${socket.frames})`);
}

/** Whether an answer may come to what this page or another has begun: the clock must not be ahead of it. */
function expectsAnswer(ask, mine) {
  const sent = log.some(({ kind }) => ['sent', 'socket', 'frame-sent'].includes(kind)); // since it was asked before
  const asking = [...requests.open.keys()].some((request) => !mine.unanswered.includes(request));
  return sent || asking || Object.keys(ask.documents).some((document) => document !== id);
}

/** Resolves after every task of the page that was queued before. */
function round() {
  return new Promise((done) => {
    native.rounds.port1.onmessage = done;
    native.post.call(native.rounds.port2, 0);
  });
}

/**
 * Wait for what the server wrote, for the page's own tasks and for frames; run the timers that are due at ask.now; then report.
 *
 * Where frames are `commanded` none comes by itself: the report says that one is wanted, and the harness asks again after it.
 *
 * At the end the clock is set to ask.then, or to the next timer before it, so that what the server writes at that time does not find
 * the page in the past. It is not moved while an answer to something may come before.
 *
 * ask: {now, then, limit, leaving, again, commanded, documents: {id: {seen, arrived, unanswered}},
 * sockets: {channel: {owner, made, open, closed, frames, older}}}. The log up to `seen` is dropped. `again`: this is another question
 * of the same wait. After `limit`, real milliseconds, the report names what is missing.
 */
async function still(ask) {
  const mine = ask.documents[id] ?? { seen: 0, arrived: 0, unanswered: [] };
  log = log.filter((entry) => entry.n > mine.seen);
  clock.set(ask.now);
  if (!ask.again) markLastViewPainted();
  let late = false;
  let wants = false;
  const alarm = native.setTimeout(() => {
    late = true;
    wake();
  }, ask.limit);
  while (!late && !gaveUpOn) {
    if (missing(ask, mine).length) await new Promise((stirred) => (wake = stirred));
    else if (!(await idle(() => late))) continue;
    else if (wantsFrame(ask)) {
      watchFrames();
      wants = ask.commanded;
      if (wants) break;
      await new Promise((stirred) => (wake = stirred));
    } else if (!clock.fire(ask.now)) break;
  }
  native.clearTimeout(alarm);
  countingFrames = wants;
  if (leaving === null && !expectsAnswer(ask, mine)) clock.set(Math.max(ask.now, Math.min(ask.then, clock.next?.due ?? ask.then)));
  const lacks = gaveUpOn ? [gaveUpOn] : late ? [...missing(ask, mine), ...(wantsFrame(ask) ? ['an animation frame'] : [])] : [];
  return report(ask, mine, late && !lacks.length ? ['an end of its tasks: the page never rests'] : lacks, wants);
}

async function idle(given_up) {
  for (let rounds = 0; rounds < IDLE_ROUNDS && !given_up(); ) {
    const before = activity;
    await round();
    readView();
    if (busy().length) return false;
    rounds = activity === before ? rounds + 1 : 0;
  }
  return !given_up();
}

function report(ask, mine, lacks, wants) {
  const active = activity !== reportedActivity;
  reportedActivity = activity;
  const { n, painted: wasPainted, frames } = lastReported ?? {};
  const amended = ask.again && n <= mine.seen ? { n, painted: wasPainted, frames } : null;
  lastReported = currentView.entry;
  return JSON.stringify({
    document: id,
    log,
    active,
    amended,
    lastView: lastReported?.n ?? 0,
    painted,
    wantsFrame: wants,
    missing: lacks,
    trouble,
    started: (requests.queue.keys().next().value ?? requests.count + 1) - 1,
    before: mine.seen ? [] : earlierLogs,
    givenUp: requests.givenUp.filter((request) => request > mine.arrived),
    sockets: Object.fromEntries(sockets),
    view: currentView.view,
    nextTimer: clock.next,
    waiting: clock.waiting,
    dues: clock.dues,
    now: clock.now,
    leaving,
    opened,
    opening: opening(),
    origin: ORIGIN,
  });
}

/** The time at which this document begins, in virtual milliseconds since 1970, and the dead man's limit in real ones. */
function begin(now, limit) {
  clock.begin(Math.max(now, resume()));
  navigationLimit = limit;
}

/** Say nothing more, and leave nothing for the next document: what an iframe left that is gone belongs to this story, too. */
function retire() {
  retired = true;
  try {
    sessionStorage.removeItem(HANDOVER);
  } catch {
    // a document without storage hands nothing over
  }
}

const where = (control) => placeOf(config.find(control));

Object.defineProperty(window, '__hotmic', { value: Object.freeze({ turns, still, begin, set: clock.set, leap: clock.leap, retire, where, renew: (start) => renew(start) }) });
note('load', { url: masked(location.href), top: window === window.top });
