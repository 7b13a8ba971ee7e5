// Part of the probe: windows that the page opens, each until a document has come where it is to go.

const windows = new Map(); // window → where it is to go
const known = new WeakSet(); // windows that were opened here
let opened = 0; // how many

native.wrap(window, 'open', (open, self, args) => {
  const there = Reflect.apply(open, self, args);
  if (there && there.parent === there && there !== window.top && !known.has(there)) {
    known.add(there);
    opened += 1;
    const url = absolute(args[0] || 'about:blank');
    if (/^https?:/.test(url)) windows.set(there, masked(url));
  }
  return there;
});

/** Where windows are about to go that still show nothing. */
function opening() {
  for (const there of [...windows.keys()]) if (there.closed || !isBlank(there)) windows.delete(there);
  return [...windows.values()];
}

function isBlank(there) {
  try {
    return there.location.href === 'about:blank';
  } catch {
    return false; // it has come to another origin
  }
}
