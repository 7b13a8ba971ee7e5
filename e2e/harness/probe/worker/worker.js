// Runs in a Worker before its own script: numbers what it sends and receives, gives it the page's clock, and answers the page's probe
// (workers.js) when it is idle.
//
// probe.py puts its other parts (WORKER_PARTS) in front of it. `given` is what the page's probe gave by the
// Worker's name, {hotmic: id, name, now, place, apis}.

id = given.hotmic;
const config = { apis: given.apis };
const chancePlace = given.place;
Object.defineProperty(self, 'name', { value: given.name, configurable: true, enumerable: true, writable: true });

const nextTurn = native.realTime; // the page gives an entry its place when it comes
const maySend = () => false; // but when the page says so
const drawsLater = () => false;
const toPage = self.postMessage.bind(self);
const tell = (words) => toPage({ hotmic: id, ...words });
let asked = 0; // the newest question
let tellsOfActivity = false; // something was missing in the last answer

function noted(entry) {
  log = [];
  tell({ entry });
}

wake = () => {
  if (!tellsOfActivity) return;
  tellsOfActivity = false;
  tell({ stirred: true });
};

native.listen(self, 'message', (event) => {
  if (event.data?.hotmic !== id) return markActivity(); // a message of the page's own
  event.stopImmediatePropagation();
  const { question, ask, set, leap, fire, send } = event.data;
  if (send) sendHeld();
  if (fire !== undefined) clock.fire(fire);
  if (set !== undefined) clock.set(set);
  if (leap) clock.leap(leap);
  if (ask) answer(question, ask);
  else if (question) tell({ answers: question, answer: null });
}, true);
native.listen(self, 'messageerror', markActivity, true);
native.listen(self, 'unhandledrejection', ({ reason }) => note('rejection', { reason: masked(reason?.message ? `${reason.name}: ${reason.message}` : reason) }), true);

/** Answer when nothing is left to do here, or when something is missing that will come. */
async function answer(question, ask) {
  asked = question;
  const mine = ask.documents[id] ?? NEVER_ASKED;
  clock.set(ask.now);
  await idle(() => asked !== question);
  if (asked !== question) return;
  const missing = [...workMissing(ask), ...trafficMissing(ask, mine)];
  const active = activity !== reportedActivity;
  reportedActivity = activity;
  tellsOfActivity = missing.length > 0;
  const givenUp = requests.givenUp.filter((request) => request > mine.arrived);
  const holds = requests.queue.size > 0 && connectionFree();
  const answer = { active, missing, holds, started: launched(), givenUp, sockets: Object.fromEntries(sockets) };
  tell({ answers: question, answer: { ...answer, nextTimer: clock.next, waiting: clock.waiting, dues: clock.dues } });
}

function sendHeld() {
  for (const request of [...requests.queue.keys()]) if (connectionFree()) launchNow(request);
  markActivity();
}

function postAsActivity(post, to, args) {
  markActivity();
  return Reflect.apply(post, to, args);
}
native.wrap(self, 'postMessage', postAsActivity);
for (const sender of [MessagePort, self.BroadcastChannel].filter(Boolean)) native.wrap(sender.prototype, 'postMessage', postAsActivity);

// Frames of an OffscreenCanvas come with time, as timers do: nothing that is painted there is seen.
const FRAME = 1000 / 60; // milliseconds
if (self.requestAnimationFrame) {
  const after = self.setTimeout;
  native.wrap(self, 'requestAnimationFrame', (_request, _scope, [callback]) => after(() => callback(clock.elapsed()), FRAME));
  native.wrap(self, 'cancelAnimationFrame', (_cancel, _scope, [handle]) => self.clearTimeout(handle));
}

native.wrap(self, 'close', (close, scope, args) => {
  tell({ closing: true });
  Reflect.apply(close, scope, args);
});

if (self.Worker) {
  self.Worker = new Proxy(self.Worker, {
    construct(target, args, newTarget) {
      tell({ unjudgeable: 'a Worker that a Worker made' });
      return Reflect.construct(target, args, newTarget);
    },
  });
  self.Worker.prototype.constructor = self.Worker;
}

clock.begin(given.now);
tell({ begun: true });
