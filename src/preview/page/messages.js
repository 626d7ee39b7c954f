// The open chat: bubbles, service notes, days.

import { $, avatar, clock, colour, el, openMenu, pictureView } from "./dom.js";
import { summary } from "./chats.js";
import { pollKey, pollView } from "./poll.js";
import { rich } from "./rich.js";

/** A message of the same author within this many seconds sticks to the one before. */
const TOGETHER = 300;

let drawnChat = null;

/**
 * Draws the messages of the open chat, replacing only what has changed.
 *
 * `acts`: what a message lets a person do: tap, vote, reply, edit, remove, command, link, redraw.
 */
export function drawMessages(screen, chat, messages, place, acts) {
  const scroller = $("scroll");
  const list = $("messages");
  const isNewPlace = drawnChat !== place;
  const atBottom = isNewPlace || nearBottom();
  if (isNewPlace) list.replaceChildren();
  drawnChat = place;

  const byId = new Map(messages.map((message) => [message.id, message]));
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = [];
  let previous = null;
  messages.forEach((message, index) => {
    const day = new Date(message.date * 1000).toDateString();
    if (!previous || new Date(previous.date * 1000).toDateString() !== day) {
      wanted.push([`day ${day}`, "", () => el("p.day", {}, el("span", {}, dayName(message.date)))]);
    }
    const next = messages[index + 1];
    const place = { 
      first: !together(previous, message),
      last: !together(message, next),
      isGroup: chat.kind !== "private" && chat.kind !== "business",
      admins: chat.admins,
      quotes: message.reply_to !== null && !follows(messages, index, chat),
    };
    const target = message.reply_to === null ? null : byId.get(message.reply_to);
    const print = JSON.stringify([message, place, target && summary(target), message.poll && pollKey(message.poll), screen.person]);
    wanted.push([`message ${message.id}`, print, () => view(message, target, place, screen, acts)]);
    previous = message;
  });

  const nodes = wanted.map(([key, print, make]) => {
    const known = old.get(key);
    if (known && known.drawnFrom === print) return known;
    const made = make();
    made.dataset.key = key;
    made.drawnFrom = print;
    if (known) keepFocus(known, made);
    return made;
  });
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
  if (atBottom) scroller.scrollTop = scroller.scrollHeight;
}

/** A button that was focused before its message was drawn anew is focused after it, too. */
function keepFocus(known, made) {
  if (!known.contains(document.activeElement)) return;
  const all = "button, a, [tabindex]";
  const at = [...known.querySelectorAll(all)].indexOf(document.activeElement);
  requestAnimationFrame(() => made.querySelectorAll(all)[at]?.focus({ preventScroll: true }));
}

export function nearBottom() {
  const scroller = $("scroll");
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
}

/** Between two, an answer right below its question needs no quote; nor does its next part. */
function follows(messages, index, chat) {
  if (chat.kind !== "private" && chat.kind !== "business") return false;
  const { reply_to: target, from_id: author } = messages[index];
  for (let at = index - 1; at >= 0; at--) {
    if (messages[at].id === target) return true;
    if (messages[at].reply_to !== target || messages[at].from_id !== author) return false;
  }
  return false;
}

function together(a, b) {
  return Boolean(a && b && !a.service && !b.service && a.from_id === b.from_id && b.date - a.date < TOGETHER);
}

function dayName(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString([], { month: "long", day: "numeric" });
}

function view(message, target, place, screen, acts) {
  if (message.service) return el("p.service", { data: { id: message.id } }, el("span", {}, message.service));
  const side = message.is_mine ? "out" : "in";
  const shape = [side, place.first && "first", place.last && "last", message.media === "sticker" && "sticker"];
  const showsFace = place.isGroup && !message.is_mine;
  const node = el(
    "article.message",
    {
      class: shape.filter(Boolean).join(" "),
      data: { id: message.id },
      "aria-label": `${message.is_mine ? "You" : message.from}, ${clock(message.date)}`,
    },
    showsFace && el("span.face", {}, place.last && avatar(message.from_id, message.from)),
    el(
      "div.column",
      {},
      el("div.bubble", {}, ...bubble(message, target, place, screen, acts)),
      message.buttons.length > 0 && keyboard(message, acts),
    ),
    el(
      "button.more",
      { type: "button", "aria-label": "Message menu", "aria-haspopup": "menu", onclick: (event) => menu(event.currentTarget, message, acts) },
      "⋯",
    ),
  );
  node.querySelector(".bubble").addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    menu(node.querySelector(".bubble"), message, acts);
  });
  node.querySelector(".bubble").addEventListener("dblclick", () => acts.reply(message));
  return node;
}

function bubble(message, target, place, screen, acts) {
  const handlers = { onCommand: acts.command, onLink: acts.link };
  const parts = [];
  if (place.isGroup && !message.is_mine && place.first) {
    parts.push(el(`p.author.${colour(message.from_id)}`, {}, message.from, roleOf(message, place) && el("span.role", {}, roleOf(message, place))));
  }
  if (message.is_via_bot) parts.push(el("p.via", {}, `via @${screen.bot.username}`));
  if (message.is_forwarded) parts.push(el("p.via", {}, "Forwarded message"));
  if (message.is_for_owner) parts.push(el("p.via", {}, "written by the bot"));
  if (place.quotes) parts.push(quote(message.reply_to, target));
  if (message.media === "sticker") parts.push(el("div.big", { role: "img", "aria-label": "Sticker" }, "👋"));
  else if (message.picture && message.is_from_bot) parts.push(pictureView(message.picture));
  else if (message.media) parts.push(el("div.media", { role: "img", "aria-label": message.media }, "🖼"));
  // In the last line of the text where there is room, else in a line of its own.
  const meta = details(message);
  const isInText = message.text && !message.poll;
  if (message.text) {
    const text = rich(message.text, message.entities, handlers);
    parts.push(el("div.text", { dir: "auto" }, text, isInText && meta));
  }
  if (message.poll) {
    const context = { vote: (options) => acts.vote(message, options), redraw: acts.redraw, rich: handlers, person: screen.person };
    parts.push(pollView(message.poll, context));
  }
  if (!isInText) parts.push(meta);
  return parts;
}

const roleOf = (message, place) => (message.is_from_bot ? "bot" : place.admins.includes(message.from_id) ? "admin" : "");

/** When a message was written, and what became of it. */
function details(message) {
  return el(
    "span.meta",
    {},
    message.is_edited && el("span", {}, "edited"),
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    message.is_mine && el("span.ticks", { "aria-hidden": "true" }, "✓✓"),
  );
}

function quote(id, target) {
  const jump = () => {
    const node = $("messages").querySelector(`[data-id="${id}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  };
  return el(
    `button.quote.${target ? colour(target.from_id) : "c0"}`,
    { type: "button", "aria-label": "Go to the message this replies to", onclick: jump },
    el("span.author", {}, target ? target.from : "Deleted message"),
    el("span.line", {}, target ? summary(target) : ""),
  );
}

function keyboard(message, acts) {
  return el(
    "div.keyboard",
    { role: "group", "aria-label": "Buttons" },
    ...message.buttons.map((row) =>
      el(
        "div.keys",
        {},
        ...row.map((button) =>
          el(
            "button",
            {
              type: "button",
              data: { data: button.callback_data ?? "" },
              onclick: (event) => acts.tap(message, button, event.currentTarget),
            },
            button.text,
            button.url && el("span.corner", { "aria-hidden": "true" }, "↗"),
          ),
        ),
      ),
    ),
  );
}

function menu(anchor, message, acts) {
  const entries = [{ label: "Reply", act: () => acts.reply(message) }];
  if (message.text) entries.push({ label: "Copy text", act: () => navigator.clipboard?.writeText(message.text) });
  if (message.is_mine && message.text && !message.media && !message.is_via_bot) {
    entries.push({ label: "Edit", act: () => acts.edit(message) });
  }
  entries.push({ label: "Delete", danger: true, act: () => acts.remove(message) });
  openMenu(anchor, entries);
}
