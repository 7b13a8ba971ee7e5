// Part of the probe: the microphones that the page itself holds, and what becomes of each.

const microphones = new Map(); // audio track → {microphone: its number, byPage: the page stopped it, told}
let microphoneCount = 0;

/** Follow the audio tracks of a stream that comes from a microphone; returns the stream. */
function takeIn(stream) {
  stream.getAudioTracks().forEach(followTrack);
  return stream;
}

function followTrack(track) {
  if (microphones.has(track)) return;
  microphones.set(track, { microphone: ++microphoneCount, byPage: false, told: '' });
  for (const type of ['mute', 'unmute', 'ended']) native.listen(track, type, () => tellTrack(track));
  tellTrack(track);
}

/** Log a followed track that is not as it was: `muted` is by its source, `ended` says by whom. */
function tellTrack(track) {
  const known = microphones.get(track);
  if (!known) return;
  const { enabled, muted, readyState } = track;
  const ended = readyState === 'live' ? '' : known.byPage ? 'page' : 'source';
  const state = { microphone: known.microphone, enabled, muted, ended };
  const told = JSON.stringify(state);
  if (told !== known.told) note('microphone', state);
  known.told = told;
}

/** Stop following what there is: the page that held it has gone. */
function forgetMicrophones() {
  const held = [...microphones.keys()];
  microphones.clear();
  microphoneCount = 0;
  for (const track of held) track.stop();
}

if (window.MediaDevices) { // browsers have it on secure origins, of which localhost is one
  native.wrap(MediaDevices.prototype, 'getUserMedia', (ask, self, args) => tracked('the microphone (getUserMedia)', Reflect.apply(ask, self, args).then(takeIn)));
  native.wrap(MediaStream.prototype, 'clone', (clone, stream, args) => {
    const copy = Reflect.apply(clone, stream, args);
    return stream.getAudioTracks().some((track) => microphones.has(track)) ? takeIn(copy) : copy;
  });
  native.wrap(MediaStreamTrack.prototype, 'clone', (clone, track, args) => {
    const copy = Reflect.apply(clone, track, args);
    if (microphones.has(track)) followTrack(copy);
    return copy;
  });
  native.wrap(MediaStreamTrack.prototype, 'stop', (stop, track, args) => {
    if (microphones.has(track) && track.readyState === 'live') microphones.get(track).byPage = true;
    Reflect.apply(stop, track, args); // no event tells of it
    tellTrack(track);
  });
  const enabled = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled');
  const set = new Proxy(enabled.set, {
    apply(write, track, args) {
      Reflect.apply(write, track, args);
      tellTrack(track);
    },
  });
  Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { ...enabled, set });
}
