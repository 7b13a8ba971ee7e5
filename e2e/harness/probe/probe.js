// Runs in every document before the page's own scripts: numbers what the page sends, receives and shows, and reports when it has
// nothing left to do.
//
// probe.py puts clock.js, core.js and `config` in front of it, {apis: [origin…], pages: [origin…], worker, view(document),
// control(event), find(name), words(known), evidence(expired), remount}, and the other parts behind it.

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

let leaving = null; // the address of the navigation under way
let gaveUpOn = ''; // the navigation that did not end within its limit
let earlierLogs = []; // the last entries of the documents before this one in its tab
let framesInARow = 0; // since anything but a view was logged

// The empty document that a new tab begins with is not reported, and its window loses the name that an earlier document gave it.
// A window that a page opened keeps the name that it was given.
const unopened = location.href === 'about:blank' && window === window.top && !window.opener;
if (unopened) window.name = '';
let retired = unopened; // the harness does not ask this document any more

function noted(entry) {
  if (entry.kind !== 'view') framesInARow = 0;
  if (entry.kind === 'received' && (entry.error || entry.status >= 400)) wordsAtRefusal();
  if (entry.kind === 'received' && entry.status === 401) tokenRefused();
  if (leaving !== null) push({ document: id, log: [entry], started: requests.count });
}

const chancePlace = location.pathname + window.name;
const maySend = () => true;
const drawsLater = () => animationFrames.size > 0;

/** Send log entries to the harness at once, through the console: this document may be gone before it is asked. */
function push(words) {
  if (!retired) native.debug('hotmic:' + JSON.stringify(words));
}

/** What this document and its Workers say last. */
const lastWords = () => [{ document: id, log, started: requests.count }, ...workersLastWords()];

// ---- stillness

const ORIGIN = self.origin; // "null" where it has none to share, as in a sandbox

/** The names of what the server has written, or the page has begun, and the page has not handled. */
function missing(ask, mine) {
  const names = [...workMissing(ask), ...trafficMissing(ask, mine), ...workersMissing()];
  if (document.readyState !== 'complete' && leaving === null && !ask.leaving) names.push('the end of loading');
  return names;
}

/** Whether an answer may come to what this page or another has begun: the clock must not be ahead of it. */
function expectsAnswer(ask, mine) {
  const sent = log.some(({ kind }) => ['sent', 'socket', 'frame-sent'].includes(kind)); // since it was asked before
  const asking = [...requests.open.keys()].some((request) => !mine.unanswered.includes(request));
  return sent || asking || Object.keys(ask.documents).some((document) => document !== id);
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
  const mine = ask.documents[id] ?? NEVER_ASKED;
  log = log.filter((entry) => entry.n > mine.seen);
  forgetReported(ask);
  clock.set(ask.now);
  if (!ask.again) markLastViewPainted();
  let late = false;
  let wants = false;
  let heldBack = false;
  const alarm = native.setTimeout(() => {
    late = true;
    wake();
  }, ask.limit);
  while (!late && !gaveUpOn) {
    if (missing(ask, mine).length) await new Promise((stirred) => (wake = stirred));
    else if (!(await idle(() => late, readView)) || (workers.size && !(await workersIdle(ask, () => late)))) continue;
    else if (workersHolding(ask)) {
      heldBack = !letOneSend(ask, mine);
      if (heldBack) break;
    } else if (wantsFrame(ask)) {
      watchFrames();
      wants = ask.commanded;
      if (wants) break;
      await new Promise((stirred) => (wake = stirred));
    } else if (!fireNext(ask.now)) break;
  }
  native.clearTimeout(alarm);
  countingFrames = wants;
  if (leaving === null && !workers.size && !expectsAnswer(ask, mine)) clock.set(Math.max(ask.now, Math.min(ask.then, clock.next?.due ?? ask.then)));
  const lacks = gaveUpOn ? [gaveUpOn] : late ? [...missing(ask, mine), ...workersSilent(), ...(wantsFrame(ask) ? ['an animation frame'] : [])] : [];
  return report(ask, mine, late && !lacks.length ? ['an end of its tasks: the page never rests'] : lacks, { wants, heldBack });
}

function report(ask, mine, lacks, { wants, heldBack }) {
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
    heldBack,
    missing: lacks,
    trouble,
    started: launched(),
    before: [...(mine.seen ? [] : earlierLogs), ...endedReports()],
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
    workers: workerReports(),
    unjudgeable,
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

Object.defineProperty(window, '__hotmic', { value: Object.freeze({ turns, still, begin, set: setClocks, leap: leapClocks, retire, where, renew: (start) => renew(start) }) });
note('load', { url: masked(location.href), top: window === window.top });
