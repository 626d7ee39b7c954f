// The left side: who you are, and the list of chats.

import { $, avatar, clock, el } from "./dom.js";

/** Draws the switch between people; `onPerson` gets the number of the chosen one. */
export function drawPeople(screen, onPerson) {
  const box = $("people");
  const print = JSON.stringify([screen.people, screen.person, screen.open?.admins]);
  if (box.dataset.drawn === print) return;
  box.dataset.drawn = print;
  const focused = box.contains(document.activeElement);
  box.replaceChildren(
    ...screen.people.map((person) =>
      el(
        "button.person",
        {
          type: "button",
          title: [person.name, roleOf(person, screen)].filter(Boolean).join(", "),
          "aria-label": [person.name, roleOf(person, screen)].filter(Boolean).join(", "),
          "aria-pressed": String(person.id === screen.person),
          onclick: () => onPerson(person.id),
        },
        avatar(person.id, person.name),
        el("span.name", {}, person.name),
        el("span.role", {}, roleOf(person, screen, true)),
      ),
    ),
  );
  if (focused) box.querySelector("[aria-pressed=true]")?.focus();
}

/** What a person is here: the one who runs the bot, an admin of the open group. */
function roleOf(person, screen, short = false) {
  const roles = [
    person.runs_bot && (short ? "owner" : "runs the bot"),
    screen.open?.admins?.includes(person.id) && (short ? "admin" : "admin of this group"),
  ];
  return roles.filter(Boolean).join(", ");
}

export function drawChats(screen, open, onOpen) {
  const newest = (chat) => chat.last?.date ?? 0;
  const chats = [...screen.chats].sort(
    (a, b) => (b.kind === "private") - (a.kind === "private") || newest(b) - newest(a),
  );
  const list = $("chats");
  // Drawn anew only when something has changed: a click must not lose its row between down and up.
  const print = JSON.stringify([chats, screen.person, open]);
  if (list.dataset.drawn === print) return;
  list.dataset.drawn = print;
  const focused = document.activeElement?.closest?.("#chats button")?.dataset.chat;
  list.replaceChildren(...chats.map((chat) => row(chat, screen, open, onOpen)));
  if (focused) list.querySelector(`[data-chat="${focused}"]`)?.focus({ preventScroll: true });
}

function row(chat, screen, open, onOpen) {
  const unread = chat.n_unread > 0 && chat.id !== open;
  return el(
    "li",
    {},
    el(
      "button.row",
      {
        type: "button",
        data: { chat: chat.id },
        "aria-current": chat.id === open ? "true" : undefined,
        "aria-label": `${chat.title}${unread ? `, ${chat.n_unread} unread` : ""}`,
        onclick: () => onOpen(chat.id),
      },
      avatar(faceOf(chat, screen), chat.title),
      el(
        "span.lines",
        {},
        el("span.line", {}, el("span.title", {}, chat.title), el("time", {}, chat.last ? clock(chat.last.date) : "")),
        el(
          "span.line",
          {},
          el("span.newest", {}, ...preview(chat, screen)),
          unread && el("span.badge", { "aria-hidden": "true" }, String(chat.n_unread)),
        ),
      ),
    ),
  );
}

/** Whose colour a chat has. */
export const faceOf = (chat, screen) => (chat.kind === "private" ? screen.bot.id : chat.face);

/** What an empty chat is for, in the list. */
const EMPTY = {
  private: () => "Tap to start",
  business: (chat) => (chat.is_own_business ? "A customer of yours" : "A business account"),
};

function preview(chat, screen) {
  if (!chat.last && !chat.has_bot && chat.kind !== "private") return ["Without the bot: mention it here"];
  if (!chat.last) return [EMPTY[chat.kind]?.(chat) ?? ""];
  if (chat.last.service) return [chat.last.service];
  const author = chat.last.from_id === screen.person ? "You" : chat.last.from;
  const isOfTwo = chat.kind === "private" || chat.kind === "business";
  const named = !isOfTwo || author === "You";
  return [named && el("span.author", {}, `${author}: `), summary(chat.last)].filter(Boolean);
}

/** A message in one line: for the list and for quotes. */
export function summary(message) {
  if (message.poll) return `${message.poll.is_quiz ? "❓" : "📊"} ${message.poll.question}`;
  const media = { photo: "🖼 Photo", sticker: "👋 Sticker" }[message.media] ?? message.media;
  if (media) return message.text ? `${media}: ${message.text}` : media;
  return message.service ?? message.text.replaceAll("\n", " ");
}
