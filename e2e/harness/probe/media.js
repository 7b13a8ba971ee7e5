// Part of the probe: logs the state of every microphone track that the page holds.

const microphones = new Map(); // audio track → {microphone: its number, byPage: the page stopped it, reported: its last entry, as text}
let microphoneCount = 0;

/** Follow the audio tracks of a stream that comes from a microphone; returns the stream. */
function followStream(stream) {
  stream.getAudioTracks().forEach(followTrack);
  return stream;
}

function followTrack(track) {
  if (microphones.has(track)) return;
  microphones.set(track, { microphone: ++microphoneCount, byPage: false, reported: '' });
  for (const type of ['mute', 'unmute', 'ended']) native.listen(track, type, () => noteTrack(track));
  noteTrack(track);
}

/** Log a followed track whose state has changed: `muted` is by its source, `ended` says by whom. */
function noteTrack(track) {
  const known = microphones.get(track);
  if (!known) return;
  const { enabled, muted, readyState } = track;
  const ended = readyState === 'live' ? '' : known.byPage ? 'page' : 'source';
  const state = { microphone: known.microphone, enabled, muted, ended };
  const text = JSON.stringify(state);
  if (text !== known.reported) note('microphone', state);
  known.reported = text;
}

/** Stop every followed track and forget it: the page that held it is gone. */
function forgetMicrophones() {
  const held = [...microphones.keys()];
  microphones.clear();
  microphoneCount = 0;
  for (const track of held) track.stop();
}

if (window.MediaDevices) { // browsers have it on secure origins, of which localhost is one
  native.wrap(MediaDevices.prototype, 'getUserMedia', (ask, self, args) => tracked('the microphone (getUserMedia)', Reflect.apply(ask, self, args).then(followStream)));
  native.wrap(MediaStream.prototype, 'clone', (clone, stream, args) => {
    const copy = Reflect.apply(clone, stream, args);
    return stream.getAudioTracks().some((track) => microphones.has(track)) ? followStream(copy) : copy;
  });
  native.wrap(MediaStreamTrack.prototype, 'clone', (clone, track, args) => {
    const copy = Reflect.apply(clone, track, args);
    if (microphones.has(track)) followTrack(copy);
    return copy;
  });
  native.wrap(MediaStreamTrack.prototype, 'stop', (stop, track, args) => {
    if (microphones.has(track) && track.readyState === 'live') microphones.get(track).byPage = true;
    Reflect.apply(stop, track, args); // no event follows
    noteTrack(track);
  });
  const enabled = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled');
  const set = new Proxy(enabled.set, {
    apply(write, track, args) {
      Reflect.apply(write, track, args);
      noteTrack(track);
    },
  });
  Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { ...enabled, set });
}
