// Part of the probe, in pages and in their Workers: the log, what is under way, and whether this thread has nothing left to do.
//
// What differs is in probe.js and worker/worker.js: `nextTurn()`, the time of an entry, `maySend()`, whether
// a request is sent at once, `noted(entry)`, which is called with each, and
// `drawsLater()`, whether an animation frame was asked for. A native function is replaced by a Proxy, which keeps its prototype, statics, name and `toString`.

const native = {
  Date,
  WebSocket,
  setTimeout: self.setTimeout.bind(self),
  clearTimeout: self.clearTimeout.bind(self),
  frame: self.requestAnimationFrame?.bind(self),
  reportError: self.reportError.bind(self),
  debug: console.debug.bind(console),
  realTime: ((origin, since) => () => origin + since())(performance.timeOrigin, performance.now.bind(performance)),
  listen: Function.prototype.call.bind(EventTarget.prototype.addEventListener),
  ResizeObserver: self.ResizeObserver,
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
let entryCount = 0;
let activity = 0; // counts everything that may make the page do more
let wake = () => {};
const work = new Set(); // what the browser does for the page and will end, {name}
const secrets = /((?:access_token|refresh_token|code|code_verifier|client_secret)=)([^&\s]{4})[^&\s]*/g;
const masked = (text) => String(text).replace(secrets, '$1$2…');

function markActivity() {
  activity += 1;
  wake();
}

function note(kind, data) {
  const entry = { n: ++entryCount, at: nextTurn(), kind, ...data };
  log.push(entry);
  noted(entry);
  markActivity();
  return entry;
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

const NEVER_ASKED = { seen: 0, arrived: 0, unanswered: [] };
const IDLE_ROUNDS = 3; // rounds of the thread's tasks without any activity: it has nothing left to do
let reportedActivity = -1; // `activity` in the last report

/** The work under way, without that which waits for an animation frame. */
const busy = () => [...work].filter((item) => !(item.draws && drawsLater()));

/** The names of work under way that was begun here. */
const workMissing = (ask) => busy().filter((item) => !(item.frame && ask.leaving)).map((item) => item.name);

/** The names of answers, frames and ends of sockets that the server has written and that were not handled here. */
function trafficMissing(ask, mine) {
  const names = [];
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
  return names;
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

/** Resolves after every task of the page that was queued before. */
function round() {
  return new Promise((done) => {
    native.rounds.port1.onmessage = done;
    native.post.call(native.rounds.port2, 0);
  });
}

/**
 * Wait until no task of this thread does anything; false: work is under way, or it was given up. `look` is called after tasks in which
 * anything happened, and after the last.
 */
async function idle(given_up, look = () => {}) {
  for (let rounds = 0; rounds < IDLE_ROUNDS && !given_up(); ) {
    const before = activity;
    await round();
    if (activity !== before || rounds === IDLE_ROUNDS - 1) look();
    if (busy().length) return false;
    rounds = activity === before ? rounds + 1 : 0;
  }
  return !given_up();
}

/** How many requests the browser was given; the rest wait here. */
const launched = () => (requests.queue.keys().next().value ?? requests.count + 1) - 1;
