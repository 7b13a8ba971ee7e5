// Part of the probe: the page's dedicated Workers, each with a probe of its own (worker.js), which is asked as part of this page.
//
// Page and Worker speak through the Worker's own channel, in messages that carry its id and that neither's code is shown. That
// channel keeps order: an answer comes after all that the Worker posted before, and a question after all that the page posted. So when
// every Worker has answered that it is idle, and meanwhile the page did nothing, no message is on its way.

const workers = new Map(); // Worker → {self, id, number, file, module, begun, log, started, asked, answer}
const endedWorkers = []; // the last words of those that were terminated, until it is reported
const unjudgeable = []; // what runs where no probe is, by name
const blobs = new Map(); // blob: address → Blob
const nativeWorker = self.Worker;
const postToWorker = nativeWorker.prototype.postMessage;
const { createObjectURL } = URL;
const readNow = XMLHttpRequest;
let workerCount = 0;
let questions = 0;

const nameOf = (worker) => `Worker ${worker.number} (${worker.file})`;
const tell = (worker, words) => Reflect.apply(postToWorker, worker.self, [{ hotmic: worker.id, ...words }]);

native.wrap(URL, 'createObjectURL', (create, self, args) => {
  const url = Reflect.apply(create, self, args);
  if (args[0] instanceof Blob) blobs.set(url, args[0]);
  return url;
});
native.wrap(URL, 'revokeObjectURL', (revoke, self, args) => {
  blobs.delete(String(args[0]));
  return Reflect.apply(revoke, self, args);
});

self.Worker = new Proxy(nativeWorker, {
  construct(target, args, newTarget) {
    const module = args[1]?.type === 'module';
    const script = args.length ? withProbe(args[0], module) : null;
    if (script !== null) return begunWorker(target, script, args, newTarget, module);
    const made = Reflect.construct(target, args, newTarget); // first, because the browser may refuse it
    cannotJudge(`a Worker (${fileOf(args[0])})`);
    return made;
  },
});
nativeWorker.prototype.constructor = self.Worker;

native.wrap(nativeWorker.prototype, 'terminate', (terminate, self, args) => {
  Reflect.apply(terminate, self, args);
  const worker = workers.get(self);
  if (worker) endWorker(worker);
});

if (self.SharedWorker) {
  self.SharedWorker = new Proxy(self.SharedWorker, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget);
      cannotJudge(`a SharedWorker (${fileOf(args[0])})`);
      return made;
    },
  });
  self.SharedWorker.prototype.constructor = self.SharedWorker;
}

/** Make a Worker of a script that runs the probe first; what it begins with stands in its name. */
function begunWorker(target, script, [address, options], newTarget, module) {
  const worker = { id: newId(), number: workerCount + 1, file: fileOf(address), module, begun: false, log: [], started: 0, asked: 0, answer: null };
  const place = `${chancePlace}/${worker.number}`; // of its random numbers
  const given = { hotmic: worker.id, name: String(options?.name ?? ''), now: clock.now, place, apis: config.apis };
  worker.self = Reflect.construct(target, [script, { ...options, name: JSON.stringify(given) }], newTarget);
  workerCount += 1;
  workers.set(worker.self, worker);
  native.listen(worker.self, 'message', (event) => heard(worker, event), true);
  native.listen(worker.self, 'messageerror', markActivity, true);
  native.listen(worker.self, 'error', () => worker.begun || neverBegan(worker), true);
  markActivity();
  return worker.self;
}

function cannotJudge(what) {
  if (!unjudgeable.includes(what)) unjudgeable.push(what);
  markActivity();
}

/** What a Worker's script is called: its address without what may be secret, or of which kind that is. */
function fileOf(address) {
  const url = resolved(address);
  return url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname : `a ${url?.protocol} URL`;
}

function resolved(address) {
  try {
    return new URL(absolute(address));
  } catch {
    return null; // the browser refuses it in its own words
  }
}

// ---- the probe in front of a Worker's script

let ownScript = ''; // what a Worker runs first, once it is wanted

/** The parts of this code that probe.py has marked for Workers, in their frame. */
function workerScript() {
  const [before, behind] = config.worker;
  ownScript ||= before + [...ownCode().matchAll(/^\/\/<worker>\n([^]*?)^\/\/<\/worker>$/gm)].map(([, part]) => part).join('') + behind;
  return ownScript;
}

let probeModule = ''; // the address of the probe as a module of its own

/** The address of a script that runs the probe first, the same where the mock puts it there; null: there is none. */
function withProbe(address, module) {
  const url = resolved(address);
  if (!url) return address;
  const text = url.protocol === 'data:' ? textOfData(url.href) : null;
  if (text !== null) return `data:text/javascript;charset=utf-8,${encodeURIComponent(inFront(isStrict(text)) + text)}`;
  if (url.protocol === 'blob:') return withProbeInBlob(url.href.replace(/#.*/, ''), module);
  return url.origin === ORIGIN && config.pages.includes(url.origin) ? address : null;
}

function withProbeInBlob(url, module) {
  const script = blobs.get(url);
  if (!script) return null;
  probeModule ||= module ? blobUrl([workerScript()]) : '';
  return blobUrl([module ? `import ${JSON.stringify(probeModule)};\n` : inFront(isStrict(textNow(url))), script]);
}

const inFront = (strict) => `${strict ? "'use strict';" : ''}${workerScript()}\n`;
const isStrict = (text) => /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*(['"])use strict\1/.test(text);
const blobUrl = (parts) => Reflect.apply(createObjectURL, URL, [new Blob(parts, { type: 'text/javascript' })]);

/** A blob's text, read at once; "" where the page's policy forbids that. */
function textNow(url) {
  try {
    const xhr = new readNow();
    xhr.open('GET', url, false);
    xhr.send();
    return xhr.responseText;
  } catch {
    return '';
  }
}

function textOfData(url) {
  const [, base64, data] = /^data:[^,]*?(;base64)?,([^#]*)/.exec(url) ?? [];
  try {
    const text = decodeURIComponent(data);
    return base64 ? new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))) : text;
  } catch {
    return null;
  }
}

// ---- what a Worker says

function heard(worker, event) {
  const words = event.data;
  if (words?.hotmic !== worker.id) return markActivity(); // a message of its own
  event.stopImmediatePropagation();
  if (words.begun) worker.begun = true;
  if (words.entry) keep(worker, words.entry);
  if (words.unjudgeable) cannotJudge(words.unjudgeable);
  if (words.closing) return endWorker(worker);
  if (words.answers === worker.asked) Object.assign(worker, { asked: 0, answer: words.answer });
  if (words.stirred) worker.answer = null;
  if (words.answers) wake();
  else markActivity();
}

/** An entry of a Worker's log; its time is that of its coming here, so that the page's and its Workers' entries keep their order. */
function keep(worker, entry) {
  worker.log.push({ ...entry, at: nextTurn() });
  if (entry.kind === 'sent') worker.started = entry.request;
  framesInARow = 0;
  if (leaving !== null) push({ document: worker.id, log: worker.log.slice(-1), started: worker.started });
}

/** It has no script that can be run; a module in a blob may lack its probe only, which the page's policy can forbid. */
function neverBegan(worker) {
  if (worker.module && worker.file === 'a blob: URL') cannotJudge(`a module Worker (${worker.file})`);
  endWorker(worker);
}

function endWorker(worker) {
  if (!workers.delete(worker.self)) return;
  endedWorkers.push(worker);
  markActivity();
}

// ---- stillness

const workersMissing = () =>
  [...workers.values()].flatMap((worker) => {
    const names = worker.begun ? (worker.answer?.missing ?? []) : ['the beginning'];
    return names.map((name) => `${name} (in ${nameOf(worker)})`);
  });
const workersSilent = () => [...workers.values()].filter(({ asked }) => asked).map((worker) => `an end of what ${nameOf(worker)} does`);

/** Put a question to every Worker, and wait for the answers. */
async function allAnswer(words, givenUp) {
  for (const worker of workers.values()) {
    worker.asked = ++questions;
    tell(worker, { question: worker.asked, ...words });
  }
  const answering = () => [...workers.values()].some(({ asked }) => asked);
  while (answering() && !givenUp()) await new Promise((stirred) => (wake = stirred));
}

/** Whether every Worker is idle, and did nothing since it was asked before, nor the page meanwhile. */
async function workersIdle(ask, givenUp) {
  const before = activity;
  await allAnswer({ ask }, givenUp);
  return activity === before && [...workers.values()].every(({ answer }) => answer && !answer.active && !answer.missing.length);
}

// What page and Workers send at one time would reach the server in any order. So Workers send when everything is idle, one after the
// other, and each when the server has what was sent before.

/** Whether Workers have requests to send, and the browser a connection for them. */
function workersHolding(ask) {
  const unanswered = [id, ...[...workers.values()].map((worker) => worker.id)].flatMap((one) => ask.documents[one]?.unanswered ?? []);
  return unanswered.length < CONNECTIONS && [...workers.values()].some(({ answer }) => answer.holds);
}

/** Let the first Worker send what it holds; false: something that was sent before has not arrived. */
function letOneSend(ask, mine) {
  const arrived = (worker) => worker.answer.started <= (ask.documents[worker.id] ?? NEVER_ASKED).arrived;
  if (launched() > mine.arrived || ![...workers.values()].every(arrived)) return false;
  tell([...workers.values()].find(({ answer }) => answer.holds), { send: true });
  return true;
}

const firstDue = () =>
  [...workers.values()].reduce((first, worker) => ((worker.answer?.nextTimer?.due ?? Infinity) < (first?.answer.nextTimer.due ?? Infinity) ? worker : first), null);
const nextDue = () => Math.min(clock.next?.due ?? Infinity, firstDue()?.answer.nextTimer.due ?? Infinity);

/** Run the earliest timer that is due by `until`, here or in a Worker; of several at one time those of the page come first. */
function fireNext(until) {
  const worker = firstDue();
  if (!worker || (clock.next?.due ?? Infinity) <= worker.answer.nextTimer.due) return clock.fire(until);
  if (worker.answer.nextTimer.due > until) return false;
  worker.answer = null;
  tell(worker, { fire: until });
  return true;
}

/** Set the clocks of the page and its Workers; with Workers, resolves when they all have done it. */
function setClocks(to) {
  clock.set(to);
  if (workers.size) return allTold({ set: to });
}

/** As the clock's own `leap`, here and in Workers. */
function leapClocks(leap) {
  clock.leap(leap);
  if (workers.size) return allTold({ leap });
}

async function allTold(words) {
  let late = false;
  const alarm = native.setTimeout(() => {
    late = true;
    wake();
  }, navigationLimit);
  await allAnswer(words, () => late);
  native.clearTimeout(alarm);
}

/** What the harness has is dropped. */
function forgetReported(ask) {
  endedWorkers.splice(0, endedWorkers.filter(({ reported }) => reported).length);
  for (const worker of workers.values()) {
    const { seen } = ask.documents[worker.id] ?? NEVER_ASKED;
    worker.log = worker.log.filter((entry) => entry.n > seen);
    worker.answer = null;
  }
}

/** For a page that is mounted again when none runs: those that ended belong to what was before. */
function forgetWorkers() {
  endedWorkers.length = unjudgeable.length = 0;
  workerCount = 0;
}

const words = ({ id, log, started }) => ({ document: id, log, started });
const workersLastWords = () => [...workers.values(), ...endedWorkers].map(words);

/** What each Worker that runs has logged, and answered when it was idle. */
const workerReports = () => [...workers.values()].map((worker) => ({ ...words(worker), ...worker.answer }));

/** The logs of those that were terminated since the last report. */
function endedReports() {
  for (const worker of endedWorkers) worker.reported = true;
  return endedWorkers.map(words);
}
