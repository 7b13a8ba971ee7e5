// In every document before its own scripts: numbers what the page sends, receives and shows, and knows when it is still.
//
// probe.py puts clock.js and `config` in front, {apis: [origin…], view(document), control(event)}, and traffic.js, windows.js, sight.js and media.js behind.
// What is wrapped stays what it was for the page: a Proxy keeps prototypes, statics, names and `toString`.

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

// ---- the log

let log = []; // what the harness does not have yet
let entries = 0;
let activity = 0; // grows with everything that may lead to more
let wake = () => {};
let leaving = null; // where this document is about to go
let stuck = ''; // what it gave up waiting for
let before = []; // what documents before this one said last
let series = 0; // frames since anything but a view was noted
const work = new Set(); // what runs outside of our sight and will come back, each with a name
const secrets = /((?:access_token|refresh_token|code|code_verifier|client_secret)=)([^&\s]{4})[^&\s]*/g;
const masked = (text) => String(text).replace(secrets, '$1$2…');

function stir() {
  activity += 1;
  wake();
}

// Of a document that is there before anything is opened nobody wants to know, nor of the name that the window had from earlier ones.
// A window that a page opened goes by the name that it was given.
const unopened = location.href === 'about:blank' && window === window.top && !window.opener;
if (unopened) window.name = '';
let retired = unopened; // nobody asks this document any more

function note(kind, data) {
  const entry = { n: ++entries, at: native.realTime(), kind, ...data };
  log.push(entry);
  if (kind !== 'view') series = 0;
  if (leaving !== null) hand([entry]);
  stir();
  return entry;
}

/** Tell the harness at once: this document may not live until it asks. */
function hand(some) {
  if (retired) return;
  native.debug('hotmic:' + JSON.stringify({ document: id, log: some, started: requests.count }));
}

/** Count a promise as work until it is settled; the page gets one that behaves the same. What `draws` may wait for a frame itself. */
function tracked(name, promise, draws = false) {
  const item = { name, draws };
  work.add(item);
  return promise.finally(() => {
    work.delete(item);
    stir();
  });
}

const clock = makeClock(native, (timer) => note('timer', timer));

// ---- stillness

const ORIGIN = self.origin; // "null" where it has none to share, as in a sandbox
const CALM_ROUNDS = 3; // rounds of the page's tasks without any activity: the page has nothing left to do
let reported = -1; // activity when the harness last asked

/** The page's own work under way; what waits for a frame that was asked for is not waited for before it. */
const busy = () => [...work].filter((item) => !(item.draws && frames.size));

/** What the server has written, or the page has begun, and the page has not handled; by name. */
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

/** Iframes that are about to go to an address and still show the empty document that each begins with, by name. */
function iframesUnderWay() {
  const names = [];
  for (let place = 0; place < window.length; place += 1) {
    const iframe = emptyIframe(window[place]);
    if (!iframe) continue;
    if (!awaitedIframes.has(iframe)) {
      awaitedIframes.add(iframe);
      native.listen(iframe, 'load', stir);
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

/** Of a channel's earlier sockets that are open here: their end, or what the server has written to each. */
function missingOfOlder(channel, newest, written) {
  const there = [...living].filter(([, its]) => its === channel).map(([socket]) => numbered.get(socket));
  const older = there.filter((socket) => socket !== newest && socket.state === 'open');
  if (older.length > written.length) return [`the end of an earlier socket than ${newest.k} (channel ${channel})`];
  if (older.length < written.length) return []; // the server has not noticed that one ended
  const lacking = older.filter((socket, place) => socket.frames < written[place]);
  return lacking.map((socket) => `a frame of socket ${socket.k} (channel ${channel}; it has ${socket.frames})`);
}

/** Whether something may yet come of what the page began, or another page did: it must not find this one in the future. */
function awaits(ask, mine) {
  const said = log.some(({ kind }) => ['sent', 'socket', 'frame-sent'].includes(kind)); // since it was asked before
  const asking = [...requests.open.keys()].some((request) => !mine.unanswered.includes(request));
  return said || asking || Object.keys(ask.documents).some((document) => document !== id);
}

/** One round of the page's tasks: what was queued before it has run after it. */
function round() {
  return new Promise((done) => {
    native.rounds.port1.onmessage = done;
    native.post.call(native.rounds.port2, 0);
  });
}

/**
 * Wait for what the server wrote, for the page's own tasks and for frames; run the timers that are due at ask.now; then report.
 *
 * Where frames are `commanded` none comes by itself: the report says that one is wanted, and it is asked again after it.
 *
 * At the end the clock already goes to ask.then, or to the next timer before it: what the server writes when it has gone there must
 * not find the page in the past. It stays while an answer to something may come before.
 *
 * ask: {now, then, limit, leaving, again, commanded, documents: {id: {seen, arrived, unanswered}},
 * sockets: {channel: {owner, made, open, closed, frames, older}}}. The log up to `seen` is not needed any more; `again`: nothing was still
 * since the harness asked before. `limit` is a dead man's limit in real milliseconds, after which the report says
 * what is missing.
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
  while (!late && !stuck) {
    if (missing(ask, mine).length) await new Promise((stirred) => (wake = stirred));
    else if (!(await calm(() => late))) continue;
    else if (wantsFrame(ask)) {
      watch();
      wants = ask.commanded;
      if (wants) break;
      await new Promise((stirred) => (wake = stirred));
    } else if (!clock.fire(ask.now)) break;
  }
  native.clearTimeout(alarm);
  watching = wants;
  if (leaving === null && !awaits(ask, mine)) clock.set(Math.max(ask.now, Math.min(ask.then, clock.next?.due ?? ask.then)));
  const lacks = stuck ? [stuck] : late ? [...missing(ask, mine), ...(wantsFrame(ask) ? ['an animation frame'] : [])] : [];
  return report(ask, mine, late && !lacks.length ? ['an end of its tasks: the page never rests'] : lacks, wants);
}

async function calm(given_up) {
  for (let rounds = 0; rounds < CALM_ROUNDS && !given_up(); ) {
    const before = activity;
    await round();
    look();
    if (busy().length) return false;
    rounds = activity === before ? rounds + 1 : 0;
  }
  return !given_up();
}

function report(ask, mine, lacks, wants) {
  const active = activity !== reported;
  reported = activity;
  const amended = ask.again && told?.n <= mine.seen ? { n: told.n, painted: told.painted, frames: told.frames } : null;
  told = standing.entry;
  return JSON.stringify({
    document: id,
    log,
    active,
    amended,
    standing: told?.n ?? 0,
    painted,
    wantsFrame: wants,
    missing: lacks,
    trouble,
    started: (requests.queue.keys().next().value ?? requests.count + 1) - 1,
    before: mine.seen ? [] : before,
    givenUp: requests.givenUp.filter((request) => request > mine.arrived),
    sockets: Object.fromEntries(sockets),
    view: standing.view,
    nextTimer: clock.next,
    waiting: clock.waiting,
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
  patience = limit;
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

Object.defineProperty(window, '__hotmic', { value: Object.freeze({ still, begin, set: clock.set, retire, where, renew: (start) => renew(start) }) });
note('load', { url: masked(location.href), top: window === window.top });
