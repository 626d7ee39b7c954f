// Polls and quizzes in a message.

import { $, avatar, el, pictureView, plural } from "./dom.js";
import { rich } from "./rich.js";

/** What a person does in a poll before it counts: ticks of several options, opened boxes. */
const ticked = new Map();
const opened = new Set();

/** Part of what decides whether a message is drawn anew. */
export const pollKey = (poll) => [[...(ticked.get(poll.id) ?? [])], opened.has(`lamp ${poll.id}`), opened.has(`voters ${poll.id}`)];

/** @param {{vote: (options: number[]) => void, redraw: () => void, rich: object, person: number}} context */
export function pollView(poll, context) {
  const done = poll.shows_results || poll.mine.length > 0;
  const hasErred = poll.is_quiz && poll.shows_results && poll.mine.some((it) => !poll.correct.includes(it));
  const lampOpen = opened.has(`lamp ${poll.id}`) || (hasErred && !opened.has(`lamp closed ${poll.id}`));
  const order = poll.options.map((_, index) => index);
  if (poll.shuffles_options) order.sort((a, b) => mixed(context.person, poll.id, a) - mixed(context.person, poll.id, b));
  const percents = percentages(poll);
  return el(
    "div.poll",
    { data: { poll: poll.id }, class: poll.is_closed ? "closed" : undefined },
    poll.picture && pictureView(poll.picture),
    el("p.question", {}, poll.question),
    el(
      "p.kind",
      {},
      el("span", {}, kind(poll)),
      voters(poll),
      !poll.is_closed && poll.closes_at && timer(poll),
      (poll.explanation || poll.explanation_picture) && lamp(poll, lampOpen, context),
    ),
    el(
      "div.options",
      { role: poll.allows_multiple_answers ? "group" : "radiogroup", "aria-label": poll.question },
      ...order.map((index) => (done ? result(poll, index, percents[index]) : choice(poll, index, context))),
    ),
    lampOpen && (poll.explanation || poll.explanation_picture) &&
      el(
        "div.explanation",
        { role: "note" },
        poll.explanation_picture && pictureView(poll.explanation_picture),
        rich(poll.explanation, poll.explanation_entities, context.rich),
      ),
    opened.has(`voters ${poll.id}`) && whoVoted(poll, order),
    footer(poll, done, context),
  );
}

function kind(poll) {
  if (poll.is_closed) return poll.is_quiz ? "Final results · Quiz" : "Final results";
  return `${poll.is_anonymous ? "Anonymous " : ""}${poll.is_quiz ? (poll.is_anonymous ? "quiz" : "Quiz") : poll.is_anonymous ? "poll" : "Public poll"}`;
}

/** The last voters' pictures, in polls that show them. */
function voters(poll) {
  const faces = poll.options.flatMap((option) => option.voters.map((name, index) => [option.voter_ids[index], name]));
  if (faces.length === 0) return null;
  return el("span.faces", { "aria-hidden": "true" }, ...faces.slice(-3).map(([id, name]) => avatar(id, name)));
}

/** The time left; `tick` keeps it true. */
function timer(poll) {
  const closing = { closesAt: poll.closes_at, period: (poll.open_period ?? 60) * 1000 };
  return el("span.timer", { role: "timer", data: closing });
}

function lamp(poll, open, context) {
  const toggle = () => {
    opened.delete(`lamp ${poll.id}`);
    opened.delete(`lamp closed ${poll.id}`);
    opened.add(open ? `lamp closed ${poll.id}` : `lamp ${poll.id}`);
    context.redraw();
  };
  return el(
    "button.lamp",
    { type: "button", "aria-expanded": String(open), "aria-label": "Explanation", title: "Explanation", onclick: toggle },
    "💡",
  );
}

function choice(poll, index, context) {
  const ticks = ticked.get(poll.id) ?? new Set();
  const multiple = poll.allows_multiple_answers;
  const pick = () => {
    if (!multiple) return context.vote([index]);
    ticks.has(index) ? ticks.delete(index) : ticks.add(index);
    ticked.set(poll.id, ticks);
    context.redraw();
  };
  return el(
    "button.option",
    {
      type: "button",
      role: multiple ? "checkbox" : "radio",
      "aria-checked": String(ticks.has(index)),
      disabled: poll.is_closed,
      data: { option: index },
      class: multiple ? "multiple" : undefined,
      onclick: pick,
    },
    el("span.mark", { "aria-hidden": "true" }),
    el("span.label", {}, poll.options[index].text),
  );
}

function result(poll, index, percent) {
  const option = poll.options[index];
  const isMine = poll.mine.includes(index);
  const isRight = poll.correct.includes(index);
  const verdict = !poll.shows_results || !poll.is_quiz ? "plain" : isRight ? "right" : isMine ? "wrong" : "plain";
  const badge = !isMine && !(poll.is_quiz && isRight && poll.shows_results) ? "" : verdict === "wrong" ? "✕" : "✓";
  const said = [
    option.text,
    poll.shows_results && `${percent}%, ${plural(option.n_votes, "vote", "votes")}`,
    isMine && "your choice",
    verdict === "right" && "right answer",
    verdict === "wrong" && "wrong",
  ];
  const view = el(
    "div.option.result",
    {
      role: "radio",
      "aria-checked": String(isMine),
      "aria-disabled": "true",
      "aria-label": said.filter(Boolean).join(", "),
      data: { option: index },
      class: `${verdict}${isMine ? " mine" : ""}`,
    },
    el("span.percent", {}, poll.shows_results ? `${percent}%` : ""),
    el("span.badge", { "aria-hidden": "true" }, badge),
    el("span.label", {}, option.text),
    poll.shows_results && option.n_votes > 0 && el("span.count", { title: option.voters.join(", ") }, String(option.n_votes)),
    el("span.track", {}, el("span.fill")),
  );
  view.querySelector(".fill").style.width = `${poll.shows_results ? Math.max(percent, 1) : 0}%`;
  return view;
}

function footer(poll, done, context) {
  if (!done && !poll.is_closed && poll.allows_multiple_answers) {
    const ticks = [...(ticked.get(poll.id) ?? [])].sort((a, b) => a - b);
    return el("button.foot", { type: "button", disabled: ticks.length === 0, onclick: () => context.vote(ticks) }, "Vote");
  }
  const [one, many] = poll.is_quiz ? ["answer", "answers"] : ["vote", "votes"];
  const count = poll.n_voters === 0 ? `No ${many} yet` : plural(poll.n_voters, one, many);
  const named = poll.shows_results && !poll.is_anonymous && poll.n_voters > 0;
  const toggle = () => {
    const name = `voters ${poll.id}`;
    opened.has(name) ? opened.delete(name) : opened.add(name);
    context.redraw();
  };
  return el(
    "p.foot",
    {},
    el("span", {}, count),
    named && el("button", { type: "button", onclick: toggle }, opened.has(`voters ${poll.id}`) ? "Hide voters" : "View results"),
    poll.mine.length > 0 && !poll.is_closed && poll.allows_revoting &&
      el("button", { type: "button", onclick: () => context.vote([]) }, "Retract vote"),
  );
}

function whoVoted(poll, order) {
  return el(
    "dl.voters",
    {},
    ...order.flatMap((index) => [
      el("dt", {}, poll.options[index].text),
      el("dd", {}, poll.options[index].voters.join(", ") || "nobody"),
    ]),
  );
}

/** Whole percents that add up to 100 where one person chooses one option: largest remainders first. */
function percentages(poll) {
  const votes = poll.options.map((option) => option.n_votes);
  const total = poll.allows_multiple_answers ? poll.n_voters : votes.reduce((sum, it) => sum + it, 0);
  if (total === 0) return votes.map(() => 0);
  const exact = votes.map((it) => (100 * it) / total);
  const whole = exact.map(Math.floor);
  if (poll.allows_multiple_answers) return exact.map(Math.round);
  const byRemainder = exact.map((it, index) => [it - whole[index], index]).sort((a, b) => b[0] - a[0]);
  let missing = 100 - whole.reduce((sum, it) => sum + it, 0);
  for (const [, index] of byRemainder) if (missing-- > 0) whole[index] += 1;
  return whole;
}

const hash = (text) => [...text].reduce((sum, it) => (sum * 31 + it.codePointAt(0)) | 0, 7);

/** A place in the order that is a person's own, and stays. */
const mixed = (person, poll, option) => Math.imul(hash(`${option} ${poll} ${person}`), 2654435761) >>> 0;

/** Writes the time left into every open poll; calls `onEnd` once when one has run out. */
export function tick(now, onEnd) {
  let ended = false;
  for (const timer of $("messages").querySelectorAll(".timer")) {
    const left = Math.max(0, Number(timer.dataset.closesAt) - now);
    const seconds = Math.ceil(left / 1000);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (timer.textContent !== text) timer.textContent = text;
    timer.style.setProperty("--left", String(left / Number(timer.dataset.period)));
    timer.classList.toggle("hurry", seconds <= 5);
    if (left === 0 && !timer.dataset.ended) {
      timer.dataset.ended = "yes";
      ended = true;
    }
  }
  if (ended) onEnd();
}
