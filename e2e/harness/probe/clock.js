// The page's clock. Its time moves only when the harness moves it, and each timer is a step with a name.
//
// Replaces setTimeout, setInterval, requestIdleCallback, Date, performance.now and AbortSignal.timeout, and keeps
// XMLHttpRequest.timeout from running in real time. Nothing here waits: `fire` runs one timer that is due.
function makeClock(native, ran) {
  let start = 0; // virtual milliseconds since 1970 at which this document began
  let now = 0;
  let numbers = 0;
  let orders = 0;
  let nesting = 0; // of the timer that runs now
  const timers = new Map(); // id → timer

  function add(run, delay, every = null) {
    const id = ++numbers;
    put({ id, run, every, delay: clamped(delay, nesting), nesting: nesting + 1 });
    return id;
  }

  function put(timer) {
    timers.set(timer.id, Object.assign(timer, { due: now + timer.delay, order: ++orders }));
  }

  // HTML, "timer initialization steps": from the fifth nested timer on, no less than 4 ms. A 32-bit integer, as in browsers.
  function clamped(delay, depth) {
    return Math.max(Number(delay) | 0, depth >= 5 ? 4 : 0);
  }

  function next() {
    let first = null;
    for (const timer of timers.values()) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  }

  /** Run the earliest timer that is due by `until`; returns whether there was one. */
  function fire(until) {
    const timer = next();
    if (!timer || timer.due > until) return false;
    now = Math.max(now, timer.due);
    timers.delete(timer.id);
    if (timer.every !== null) {
      put({ ...timer, delay: clamped(timer.every, timer.nesting), nesting: timer.nesting + 1 });
    }
    ran({ name: `timer#${timer.id}`, delay: timer.delay });
    nesting = timer.nesting;
    try {
      timer.run();
    } catch (error) {
      native.reportError(error); // as the browser does: an `error` event of the window, and the next timer runs
    } finally {
      nesting = 0;
    }
    return true;
  }

  function begin(at) {
    start = now = Math.max(now, at);
  }

  // A handler may be a string, as in HTML; a page whose policy forbids eval gets its error.
  const called = (handler, args) => (typeof handler === 'function' ? () => handler.apply(self, args) : () => (0, eval)(String(handler)));
  const cancel = (id) => void timers.delete(Number(id));
  const elapsed = () => now - start;

  const functions = {
    setTimeout: (handler, delay, ...args) => add(called(handler, args), delay),
    setInterval: (handler, delay, ...args) => add(called(handler, args), delay, delay),
    clearTimeout: cancel,
    clearInterval: cancel,
    requestIdleCallback: (callback) => add(() => callback({ didTimeout: false, timeRemaining: () => 50 }), 0),
    cancelIdleCallback: cancel,
  };
  for (const [name, replacement] of Object.entries(functions).filter(([name]) => name in self)) {
    native.wrap(self, name, (_target, _self, args) => replacement(...args));
  }

  native.wrap(Date, 'now', () => Math.floor(now));
  native.wrap(Performance.prototype, 'now', elapsed);
  Object.defineProperty(Performance.prototype, 'timeOrigin', { get: () => start, configurable: true, enumerable: true });
  self.Date = new Proxy(native.Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [Math.floor(now)], newTarget),
    apply: () => new native.Date(Math.floor(now)).toString(),
  });
  native.Date.prototype.constructor = self.Date;

  native.wrap(AbortSignal, 'timeout', (_target, _self, [delay]) => {
    const controller = new AbortController();
    add(() => controller.abort(new DOMException('signal timed out', 'TimeoutError')), delay);
    return controller.signal;
  });

  // XMLHttpRequest.timeout: the value is kept here; when it is due, the browser's own limit is set to 1 ms, and it fires its own
  // events.
  const limits = new WeakMap(); // request → {value, sent, timer}
  const timeout = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'timeout');
  const limitOf = (xhr) => limits.get(xhr) ?? limits.set(xhr, { value: 0, sent: null, timer: null }).get(xhr);

  function arm(xhr) {
    const limit = limitOf(xhr);
    cancel(limit.timer);
    if (limit.sent === null || !limit.value) return;
    limit.timer = add(() => {
      limit.expired = true;
      timeout.set.call(xhr, 1);
      limit.launch();
    }, limit.sent + limit.value - now);
  }

  Object.defineProperty(XMLHttpRequest.prototype, 'timeout', {
    ...timeout,
    get() {
      return limits.has(this) ? limitOf(this).value : timeout.get.call(this);
    },
    set(value) {
      limitOf(this).value = Number(value) >>> 0;
      arm(this);
    },
  });

  /** Begin again at another time, earlier or later, without any timer. */
  function restart(at) {
    timers.clear();
    start = now = at;
    numbers = orders = 0;
  }

  return {
    begin,
    restart,
    fire,
    /** Set the time. No timer runs; it may go back only while the page is still. */
    set(time) {
      now = time;
    },
    elapsed,
    get now() {
      return now;
    },
    /** The earliest timer, as {name, due}, or null. */
    get next() {
      const timer = next();
      return timer && { name: `timer#${timer.id}`, due: timer.due, delay: timer.delay };
    },
    /** When the timers are due. */
    get dues() {
      return [...timers.values()].map((timer) => timer.due);
    },
    /** Pass over so many milliseconds as if the machine had slept: the timers go along, but for those that are due at `fixed`. */
    leap({ milliseconds, fixed }) {
      now += milliseconds;
      for (const timer of timers.values()) if (!fixed.includes(timer.due)) timer.due += milliseconds;
    },
    /** The delays of the timers that the page has set, in milliseconds, shortest first. */
    get waiting() {
      return [...timers.values()].map((timer) => timer.delay).sort((one, other) => one - other);
    },
    /** A request was sent, or (launch = null) is over: its time limit runs, or runs no more. `launch` sends it if it still waits. */
    limit(xhr, launch) {
      Object.assign(limitOf(xhr), launch ? { sent: now, expired: false, launch } : { sent: null });
      arm(xhr);
    },
    expired: (xhr) => limits.get(xhr)?.expired === true,
  };
}
