// The rules of fixtures/widget/reconcile.js as transcripts: facts in; what the agent sees and what is asked for, out.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LATE_SECONDS, backoff, callIn, reconcile, start } from '../../fixtures/widget/reconcile.js';
import { show } from '../../fixtures/widget/show.js';

const ME = 'a6e1-ME';
const CALL = 'c0-ffee';
const TOPIC = `v2.users.${ME}.conversations.calls`;

const CUSTOMER = {
  id: 'p1', purpose: 'customer', state: 'connected', muted: false, name: 'Ada Byron', address: 'tel:+15550100',
};
const leg = (more = {}) => ({
  id: 'p4', purpose: 'agent', state: 'connected', muted: false, held: false, user: { id: ME }, connectedTime: '10:00',
  ...more,
});
const snapshot = (...legs) => ({ id: CALL, participants: [CUSTOMER, ...legs] });
const LIVE = snapshot(leg());
const MUTED = snapshot(leg({ muted: true }));
const ENDED = snapshot(leg({ state: 'terminated' }));

const CLICK = { is: 'click' };
const PONG = { is: 'level' };
const accepted = (n = 1) => ({ is: 'answer', n, muted: true, status: 202 });
const refused = (status, more = {}) => ({ is: 'answer', n: 1, muted: true, status, ...more });
const event = (body, topicName = TOPIC) => ({ is: 'frame', frame: { topicName, eventBody: body } });
const read = (body, status = 200) => ({ is: 'read', status, body });
const unconfirmed = (n = 1) => ({ is: 'unconfirmed', n });

const after = (view, ...facts) => facts.reduce(reconcile, view);
const opened = after(start(CALL), { is: 'signed in' }, { is: 'me', user: ME }, { is: 'live' });
const on = (body) => after(opened, read(body), PONG); // the page is open, read and level
const [live, muted] = [on(LIVE), on(MUTED)];

const sees = (view, expected) => {
  const seen = show(view);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, seen[key]])), expected);
};
const asks = (view, ...expected) => assert.deepEqual(view.asks, expected);
const SEND = (n, wanted, to = 'p4') => ({ do: 'send', n, leg: to, body: { muted: wanted } });
const READ = { do: 'read' };
const PING = { do: 'ping' };
const wake = (n = 1) => ({ do: 'wake', n });

// Opening the page

test('nothing is known at first, and nothing can be clicked', () => {
  sees(start(CALL), { state: 'Signing in…', pressed: false, disabled: true, link: 'Connecting…', notice: '' });
  asks(reconcile(start(CALL), CLICK));
});

test('the first subscription brings the first read, the read the state', () => {
  asks(opened, READ);
  sees(opened, { state: 'Reading the call…', disabled: true, link: 'Up to date' });
  sees(live, { state: 'You are live', pressed: false, tone: 'live', disabled: false, caller: 'Ada Byron' });
});

test('a call that is muted already is shown muted after a reload, and nothing is sent', () => {
  sees(muted, { state: 'You are muted', pressed: true, tone: 'muted' });
  asks(after(opened, read(MUTED)), PING);
});

test('without a socket the call is read all the same', () => {
  const deaf = after(start(CALL), { is: 'me', user: ME }, { is: 'lost', status: 503 });
  asks(deaf, READ);
  asks(reconcile(deaf, { is: 'lost' }));
  sees(after(deaf, read(MUTED)), {
    state: 'You are muted', link: 'Not up to date: reconnecting… Genesys has a problem (503).',
  });
});

test('a user who cannot be read is shown to be the trouble', () => {
  const stuck = after(start(CALL), { is: 'signed in' }, { is: 'trouble', status: 503 });
  sees(stuck, { notice: 'Genesys has a problem (503).' });
  sees(reconcile(stuck, { is: 'me', user: ME }), { notice: '' });
});

// A click

test('a click sends exactly the wanted state to the own leg', () => {
  asks(after(live, CLICK), SEND(1, true));
  asks(after(muted, CLICK), SEND(1, false));
});

test('pending until confirmed: not on the 202', () => {
  sees(after(live, CLICK), { state: 'Muting…', busy: true, pressed: false, tone: 'pending' });
  sees(after(live, CLICK, accepted()), { state: 'Muting…', busy: true, pressed: false });
  sees(after(live, CLICK, accepted(), event(MUTED)), { state: 'You are muted', busy: false, pressed: true });
  sees(after(muted, CLICK), { state: 'Unmuting…', busy: true, pressed: true, disabled: false });
});

test('a second click while pending does nothing, now or later', () => {
  asks(after(live, CLICK, CLICK));
  asks(after(live, CLICK, CLICK, accepted()), wake());
});

test('an event may come before the answer, and the late answer changes nothing', () => {
  const early = after(live, CLICK, event(MUTED));
  sees(early, { state: 'You are muted', busy: false });
  sees(after(early, accepted()), { state: 'You are muted', busy: false });
  sees(after(early, event(LIVE), accepted()), { state: 'You are live', busy: false });
  asks(after(early, event(LIVE), accepted()));
});

test('a click before the last answer is kept and sent after it', () => {
  const eager = after(live, CLICK, event(MUTED), CLICK);
  asks(eager);
  sees(eager, { state: 'Unmuting…', pressed: true });
  asks(reconcile(eager, accepted()), SEND(2, false));
  asks(reconcile(eager, refused(0)), SEND(2, false));
  asks(reconcile(eager, refused(409)), READ, SEND(2, false));
});

test('an event that still shows the old state leaves the wish pending', () => {
  sees(after(live, CLICK, accepted(), event(snapshot(leg({ held: true })))), { state: 'Muting…', held: true });
});

// Accepted, but not done

test('a wish that is not confirmed in time is looked up, twice, then has not taken effect', () => {
  const first = after(live, CLICK, accepted());
  asks(first, wake());
  asks(after(first, unconfirmed()), READ);
  const second = after(first, unconfirmed(), read(LIVE));
  asks(second, wake(), PING);
  sees(second, { state: 'Muting…', notice: '' });
  sees(after(second, unconfirmed(), read(LIVE)), {
    state: 'You are live', busy: false, notice: 'Your mute did not take effect.',
  });
});

test('after a read that changed nothing, an event is not believed before the pong: it may be older', () => {
  const looked = after(muted, { is: 'live' }, read(MUTED));
  asks(after(looked, event(LIVE)), READ);
  sees(after(looked, event(LIVE)), { state: 'You are muted' });
  sees(after(looked, PONG, event(LIVE)), { state: 'You are live' });
});

test('a look that shows the wish confirms it', () => {
  sees(after(live, CLICK, accepted(), unconfirmed(), read(MUTED)), { state: 'You are muted', notice: '' });
});

test('a read that was not meant as a look does not count as one', () => {
  const rejoined = after(live, CLICK, accepted(), { is: 'live' }, read(LIVE));
  sees(rejoined, { state: 'Muting…' });
  asks(rejoined, PING);
});

test('a timer of an earlier wish means nothing', () => {
  asks(after(live, CLICK, accepted(), event(MUTED), unconfirmed()));
});

// Refusals

test('a refusal is shown, the truth stays, and the call is read again', () => {
  const refusing = after(live, CLICK, refused(403));
  sees(refusing, {
    state: 'You are live', pressed: false, busy: false,
    notice: 'You are not allowed to do this (403). Your mute was not done.',
  });
  asks(refusing, READ);
  sees(after(live, CLICK, refused(404)), { notice: 'Genesys does not find this call (404). Your mute was not done.' });
  sees(after(live, CLICK, refused(409)), { notice: 'The call was just changing (409). Your mute was not done.' });
  sees(after(live, CLICK, refused(400)), { notice: 'Genesys refused (400). Your mute was not done.' });
});

test('a refusal stays until the next click, or until the truth is what was refused', () => {
  const refusing = after(live, CLICK, refused(403), read(LIVE), PONG);
  sees(refusing, { notice: 'You are not allowed to do this (403). Your mute was not done.' });
  sees(after(refusing, CLICK), { notice: '' });
  sees(after(refusing, event(snapshot(leg({ held: true })))), { notice: show(refusing).notice });
  sees(after(refusing, event(MUTED)), { notice: '', state: 'You are muted' });
});

test('a refusal is shown even if somebody else has done it meanwhile', () => {
  const refusing = after(live, CLICK, event(MUTED), refused(403));
  sees(refusing, { state: 'You are muted', notice: 'You are not allowed to do this (403). Your mute was not done.' });
});

test('after a 5xx or no answer nobody knows: pending until a read decides', () => {
  for (const [status, reason] of [
    [503, 'Genesys has a problem (503).'], [408, 'Genesys refused (408).'], [0, 'No answer from Genesys.'],
  ]) {
    const unsure = after(live, CLICK, refused(status));
    sees(unsure, { state: 'Muting…', busy: true, notice: `${reason} Checking…` });
    asks(unsure, READ);
    const given = after(unsure, read(LIVE));
    sees(given, { state: 'You are live', notice: `${reason} Your mute was not done.` });
    asks(given, { do: 'read later', seconds: LATE_SECONDS }, PING); // it may still be carried out
    sees(after(unsure, read(MUTED)), { state: 'You are muted', notice: '' });
  }
});

test('a late 5xx or silence of a wish that was fulfilled', () => {
  const done = after(live, CLICK, event(MUTED));
  sees(after(done, refused(500)), { state: 'You are muted', notice: 'Genesys has a problem (500).' });
  sees(after(done, refused(0)), { state: 'You are muted', notice: '' });
});

test('429: nothing can be clicked before Retry-After has passed', () => {
  const held = after(live, CLICK, { is: 'wait', seconds: 7 }, refused(429, { seconds: 7 }));
  sees(held, {
    state: 'You are live', busy: false, disabled: true, hint: 'Wait 7 s before the next click.',
    notice: 'Too many requests (429). Your mute was not done. Press Mute again after 7 s.',
  });
  asks(held);
  asks(after(held, CLICK));
  asks(after(held, { is: 'waited' }, CLICK), SEND(2, true));
});

// Signing in again

test('401: the wish is shown not to be confirmed and kept for after the sign-in', () => {
  const out = after(live, CLICK, refused(401));
  sees(out, {
    state: 'Signed out – you are live', disabled: true, busy: false, signIn: true,
    notice: 'You have been signed out. Your mute is not confirmed.',
  });
  assert.equal(out.lost, true);
  asks(after(out, CLICK));
  asks(after(out, { is: 'read again' }));
  sees(after(out, event(MUTED)), { state: 'Signed out – you are muted', pressed: true });
});

test('after the sign-in a lost wish is shown to be lost, unless it was done', () => {
  const entered = (wish) => after(start(CALL, wish), { is: 'signed in' }, { is: 'me', user: ME }, { is: 'live' });
  const back = (wish, body) => after(entered(wish), read(body));
  sees(back(true, LIVE), { notice: 'Your mute was not done. You are NOT muted. Press Mute again.' });
  sees(back(false, MUTED), { notice: 'Your unmute was not done. You are still muted. Press Mute again.' });
  sees(back(true, MUTED), { notice: '' });
  sees(back(true, ENDED), { notice: '' });
});

test('signed in again without leaving the page: the call is read', () => {
  const again = after(live, CLICK, refused(401), { is: 'signed in' });
  asks(again, READ);
  const notice = 'Your mute was not done. You are NOT muted. Press Mute again.';
  sees(after(again, read(LIVE)), { signIn: false, notice });
});

test('signed out and deaf: nobody is shown as muted', () => {
  sees(after(muted, { is: 'lost' }, { is: 'lost', status: 401 }), {
    state: 'Signed out', pressed: false, tone: 'idle', link: 'Not up to date', notice: 'You have been signed out.',
  });
});

test('a token that expired while idle is noticed by the next read', () => {
  sees(after(live, { is: 'live' }, read(null, 401)), { signIn: true });
});

test('a read answered after signing out still tells the truth, but the wish waits for the sign-in', () => {
  const late = after(live, CLICK, accepted(), unconfirmed(), { is: 'lost', status: 401 }, read(LIVE));
  assert.equal(late.lost, true);
  sees(late, { notice: 'You have been signed out. Your mute is not confirmed.' });
});

test('a refused sign-in says why', () => {
  sees(after(start(CALL, true), { is: 'signed out', reason: 'Sign-in was refused (access_denied).' }), {
    state: 'Signed out', signIn: true, notice: 'Sign-in was refused (access_denied). Your mute is not confirmed.',
  });
});

// Events

test('an event is the truth: somebody else mutes, unmutes, holds', () => {
  sees(after(live, event(MUTED)), { state: 'You are muted' });
  sees(after(live, event(MUTED), event(LIVE)), { state: 'You are live' });
});

test('a doubled event changes nothing', () => {
  sees(after(live, event(MUTED), event(MUTED)), { state: 'You are muted' });
});

test('other calls, other people, heartbeats and rubbish change nothing', () => {
  const OTHER = { id: 'p5', purpose: 'agent', state: 'connected', muted: true, user: { id: 'somebody' } };
  for (const fact of [
    event({ ...MUTED, id: 'another' }), event(snapshot(OTHER, leg())), event(undefined), event({ participants: [] }),
    event(MUTED, 'v2.users.somebody.conversations.calls'), event({ message: 'pong' }, 'channel.metadata'),
    ...[null, undefined, 7, 'text', [], {}, { topicName: 7 }].map((frame) => ({ is: 'frame', frame })),
  ]) {
    assert.deepEqual(reconcile(live, fact), { ...live, asks: [] });
  }
});

test('a topic in another case is the same topic', () => {
  sees(after(live, event(MUTED, TOPIC.toUpperCase())), { pressed: true });
});

test('a half snapshot of my call is not believed but looked up', () => {
  for (const body of [
    { id: CALL }, { id: CALL, participants: [] }, snapshot(leg({ muted: undefined })), snapshot(leg({ id: undefined })),
  ]) {
    const doubt = after(muted, event(body));
    sees(doubt, { state: 'You are muted' });
    asks(doubt, READ);
  }
});

test('hold never changes the mute, and nothing is sent on unhold', () => {
  const held = after(muted, event(snapshot(leg({ muted: true, held: true }))));
  sees(held, { state: 'You are muted', held: true, disabled: false });
  sees(after(held, event(snapshot(leg({ held: true })))), { state: 'You are live', held: true });
  asks(after(held, CLICK), SEND(1, false));
  asks(after(held, event(MUTED)));
});

// Legs

test('the leg is the connected one of the signed-in user, and the newest such', () => {
  const gone = leg({ id: 'p2', state: 'disconnected', muted: true });
  const colleague = leg({ id: 'p3', user: { id: 'somebody' } });
  const found = (...legs) => callIn(snapshot(...legs), live).leg;
  assert.equal(found(gone, colleague, leg()), 'p4');
  assert.equal(found(leg(), leg({ id: 'p3', user: { id: 'somebody' }, connectedTime: '13:00' })), 'p4');
  assert.equal(found(leg({ id: 'p9', connectedTime: '11:00' }), leg()), 'p9');
  assert.equal(found(leg(), leg({ id: 'p9', connectedTime: '11:00' })), 'p9');
  assert.equal(found(leg(), null, leg({ id: 'p9', connectedTime: undefined })), 'p9');
  assert.equal(found(leg({ user: { id: ME.toLowerCase() } })), 'p4');
});

test('a ringing call cannot be muted until it is connected', () => {
  const ringing = on(snapshot(leg({ state: 'alerting' })));
  sees(ringing, { state: 'Ringing', disabled: true, hint: 'You can mute once the call is connected.' });
  asks(after(ringing, CLICK));
  asks(after(ringing, event(LIVE), CLICK), SEND(1, true));
});

test('who is not on the call cannot mute', () => {
  sees(on(snapshot()), { state: 'No call', disabled: true, hint: 'You are not on this call.' });
  sees(after(opened, read(null, 404)), { state: 'No call', disabled: true });
});

test('a new leg is shown as it is, and a wish for the old leg is shown to be lost', () => {
  const moved = snapshot(leg({ state: 'disconnected', muted: true }), leg({ id: 'p8', connectedTime: '12:00' }));
  sees(after(muted, event(moved)), { state: 'You are live' });
  const lost = after(live, CLICK, event(moved));
  sees(lost, { state: 'You are live', busy: false, notice: 'The call has moved. Your mute was not done.' });
  asks(after(lost, accepted(), CLICK), SEND(2, true, 'p8'));
});

test('the caller is named by the first name heard, else by the number', () => {
  const nameless = { ...LIVE, participants: [{ ...CUSTOMER, name: undefined }, leg()] };
  sees(on(nameless), { caller: 'tel:+15550100' });
  sees(after(live, event(nameless)), { caller: 'Ada Byron' });
  sees(on({ ...LIVE, participants: [leg()] }), { caller: 'Call' });
});

// The end

test('the call ends, disconnected or terminated, and nothing revives it', () => {
  for (const state of ['terminated', 'disconnected']) {
    const ended = after(muted, event(snapshot(leg({ state, muted: true }))));
    sees(ended, { state: 'Call ended', pressed: false, disabled: true, busy: false, tone: 'idle' });
    asks(after(ended, CLICK));
    sees(after(ended, event(snapshot(leg({ state, muted: true, disconnectType: 'peer' })))), { state: 'Call ended' });
  }
});

test('the call ends while a PATCH is in flight', () => {
  const ended = after(live, CLICK, event(ENDED));
  sees(ended, { state: 'Call ended', busy: false });
  sees(after(ended, accepted()), { state: 'Call ended', busy: false, disabled: true });
  sees(after(ended, refused(404), read(null, 404)), { state: 'Call ended', busy: false });
});

test('a call that is gone from Genesys has ended', () => {
  sees(after(muted, { is: 'live' }, read(null, 404)), { state: 'Call ended', pressed: false });
});

test('a newer snapshot with a live leg brings the call back', () => {
  const back = event(snapshot(leg({ state: 'terminated' }), leg({ id: 'p8' })));
  sees(after(live, event(ENDED), back), { state: 'You are live' });
});

// The connection

test('a lost socket is shown, and after every reconnect the call is read', () => {
  const lost = after(muted, { is: 'lost' });
  sees(lost, { state: 'You are muted', link: 'Not up to date: reconnecting…' });
  asks(lost);
  asks(after(lost, { is: 'lost', status: 503 }), READ); // no new one: the call is followed by reading
  const again = after(lost, { is: 'live' });
  asks(again, READ);
  sees(after(again, read(LIVE)), { state: 'You are live', link: 'Up to date' });
});

test('a failed read is shown and tried again, more and more slowly', () => {
  const failed = after(opened, read(null, 503));
  sees(failed, { notice: 'Genesys has a problem (503).', disabled: true });
  asks(failed, { do: 'read later', seconds: 1 });
  const twice = after(failed, { is: 'read again' }, read({ odd: 1 }));
  sees(twice, { notice: 'Genesys sent an answer that makes no sense.' });
  asks(twice, { do: 'read later', seconds: 2 });
  sees(after(twice, { is: 'read again' }, read(LIVE)), { notice: '', state: 'You are live' });
  assert.deepEqual([0, 1, 2, 3, 4, 5, 60].map(backoff), [1, 2, 4, 8, 16, 30, 30]);
});

// Which news is newer

test('an event during a read beats the read, unless both agree', () => {
  const crossed = after(live, { is: 'live' }, event(MUTED));
  sees(crossed, { state: 'You are muted' });
  const again = after(crossed, read(LIVE));
  sees(again, { state: 'You are muted' });
  asks(again, READ);
  asks(after(crossed, read(MUTED)), PING);
});

test('a read that is wanted while one is under way is sent after it', () => {
  const wanted = after(live, { is: 'live' }, CLICK, accepted(), unconfirmed());
  asks(wanted);
  asks(after(wanted, read(LIVE)), READ);
});

test('an event that was queued before a read was answered does not undo the read', () => {
  const ahead = after(live, { is: 'live' }, read(MUTED));
  asks(ahead, PING);
  asks(after(ahead, event(MUTED)));
  const doubt = after(ahead, event(LIVE));
  sees(doubt, { state: 'You are muted' });
  asks(doubt, READ);
  sees(after(doubt, read(MUTED)), { state: 'You are muted' });
});

test('once the pong is heard, events are newer than the read', () => {
  sees(after(live, { is: 'live' }, read(MUTED), PONG, event(LIVE)), { state: 'You are live' });
});

test('an event during the very first read makes it be sent again', () => {
  asks(after(opened, event(MUTED), read(LIVE)), READ);
});
