// The page: fetches one person's screen whenever the server says that something has changed,
// draws it, and sends what the person does.

import { $, alertBox, avatar, el, openMenu, plural, toast } from "./dom.js";
import { drawChats, drawPeople, faceOf } from "./chats.js";
import { drawMessages, nearBottom } from "./messages.js";
import { tick } from "./poll.js";
import * as composer from "./composer.js";

/** What is looked at: kept in the address, so that a reload or a second window shows the same. */
const view = { person: null, chat: null, topic: null };
let screen = null;
let drawnPlace = "";
/** How far the server's clock is ahead of this one, in milliseconds. */
let ahead = 0;

function readAddress() {
  const [person, chat, topic] = location.hash.slice(1).split("/").map(Number);
  view.person = person || null;
  view.chat = chat || null;
  view.topic = topic || null;
}

function go(changes) {
  Object.assign(view, changes);
  history.replaceState(null, "", `#${[view.person, view.chat, view.topic].filter((it) => it !== null).join("/")}`);
  return refresh();
}

let isFirst = true;
let fetching = false;
let stale = false;

/** Fetches the screen; a change that comes meanwhile makes it fetch once more. */
async function refresh() {
  if (fetching) {
    stale = true;
    return;
  }
  fetching = true;
  do {
    stale = false;
    const query = new URLSearchParams();
    if (view.person) query.set("person", view.person);
    if (view.chat) query.set("chat", view.chat);
    try {
      const answer = await fetch(`/preview/state?${query}`);
      screen = await answer.json();
      ahead = screen.now - Date.now();
      if (isFirst && screen.person && view.chat === null) {
        // It begins with the bot's own chat.
        view.chat = screen.person;
        stale = true;
      }
      isFirst = false;
      if (!stale) draw();
    } catch (error) {
      console.error(error);
      $("app").classList.add("offline");
    }
  } while (stale);
  fetching = false;
}

function draw() {
  $("app").classList.remove("offline");
  if (!screen.person) return;
  view.person = screen.person;
  document.title = `${screen.bot.name} · preview`;
  drawNotice(screen.notice);
  drawPeople(screen, switchPerson);
  drawChats(screen, view.chat, enter);
  const chat = openChat();
  $("app").dataset.view = chat ? "chat" : "list";
  $("conversation").classList.toggle("empty", !chat);
  if (!chat) {
    // Back in the list, the focus is on the chat that one comes from.
    $("chats").querySelector(`[data-chat="${leaving}"]`)?.focus({ preventScroll: true });
    leaving = null;
    return;
  }

  const place = `${view.person}/${chat.id}/${view.topic ?? 0}`;
  const isNewPlace = place !== drawnPlace;
  drawnPlace = place;
  drawHeader(chat);
  drawTopics(chat);
  composer.setPlace(screen, chat, isNewPlace);
  const messages = chat.messages.filter((message) => !chat.is_forum || (message.topic ?? null) === view.topic);
  drawMessages(screen, chat, messages, place, acts);
  drawEmpty(chat, messages);
  tick(Date.now() + ahead, refresh);
  markRead(chat);
  drawToBottom(chat);
  if (isEntering) {
    isEntering = false;
    focusChat();
  }
}

let isEntering = false;
let leaving = null;

/** Opens a chat; the focus goes along. */
function enter(chat) {
  isEntering = true;
  go({ chat, topic: null });
}

/** Where one writes; on a screen that is touched, where that would open the keyboard, the chat's name. */
function focusChat() {
  const start = $("start");
  const target = !start.hidden ? start : matchMedia("(pointer: coarse)").matches ? $("chat-title") : $("input");
  target.focus({ preventScroll: true });
}

/** The open chat with what the list knows of it. */
function openChat() {
  if (!screen?.open) return null;
  const listed = screen.chats.find((chat) => chat.id === screen.open.id);
  return listed && { ...listed, ...screen.open };
}

function drawNotice(lines) {
  $("notice").hidden = lines.length === 0;
  const text = lines.join("\n");
  if ($("notice-text").textContent !== text) $("notice-text").textContent = text;
}

function drawHeader(chat) {
  $("chat-avatar").replaceChildren(avatar(faceOf(chat, screen), chat.title));
  $("chat-title").textContent = chat.title;
  $("chat-status").textContent = status(chat);
  const me = screen.people.find((person) => person.id === screen.person);
  $("speaker").replaceChildren(avatar(me.id, me.name));
  $("speaker").setAttribute("aria-label", `You write as ${me.name}. Change`);
}

/** What there is to know of a chat, below its name. */
function status(chat) {
  const name = (id) => screen.people.find((person) => person.id === id)?.name;
  if (chat.kind === "private") {
    const owners = screen.people.filter((person) => person.runs_bot).map((person) => person.name);
    return owners.length ? `bot, run by ${owners.join(", ")}` : "bot";
  }
  if (chat.kind === "business") {
    if (!chat.is_own_business) return "business account";
    return chat.has_bot ? "customer: the bot answers for you when it is sure" : "customer: the bot is not connected";
  }
  const members = plural(chat.n_members, "member", "members");
  if (!chat.has_bot) return `${members}, without the bot: mention @${screen.bot.username}`;
  const admins = chat.admins.map(name).filter(Boolean);
  return admins.length ? `${members}, admin: ${admins.join(", ")}` : members;
}

function drawTopics(chat) {
  const box = $("topics");
  box.hidden = !chat.is_forum;
  if (!chat.is_forum) return;
  const topics = [{ id: null, name: "General" }, ...chat.topics];
  box.replaceChildren(
    ...topics.map((topic) =>
      el(
        "button",
        { type: "button", "aria-pressed": String(topic.id === view.topic), onclick: () => go({ topic: topic.id }) },
        topic.id === null ? "# " : "",
        topic.name,
      ),
    ),
  );
}

/** A chat with the bot that has not begun shows what the bot is for, and the button that begins it. */
function drawEmpty(chat, messages) {
  const isNew = chat.kind === "private" && messages.length === 0;
  $("start").hidden = !isNew && !chat.is_blocked;
  $("start").textContent = chat.is_blocked && chat.kind === "private" ? "Restart" : "Start";
  if (chat.kind !== "private") $("start").hidden = true;
  $("composer").hidden = !$("start").hidden;
  if (isNew && screen.bot.description && !$("messages").querySelector(".welcome")) {
    $("messages").append(
      el("div.welcome", {}, el("strong", {}, "What can this bot do?"), el("p", {}, screen.bot.description)),
    );
  }
}

function drawToBottom(chat) {
  const unread = chat?.n_unread ?? 0;
  const button = $("to-bottom");
  button.hidden = nearBottom();
  button.dataset.unread = unread > 0 ? unread : "";
}

function markRead(chat) {
  const last = chat.messages.at(-1);
  if (!last || chat.n_unread === 0 || document.hidden || !nearBottom()) return;
  act({ do: "read", person: view.person, chat: chat.id, message: last.id });
}

function switchPerson(person) {
  const wasPrivate = view.chat !== null && view.chat === view.person;
  const inForum = view.topic;
  go({ person, chat: wasPrivate ? person : view.chat, topic: inForum });
}

/** Asks the server to do something; says why where it cannot. Returns the answer, or nothing. */
async function act(request) {
  try {
    const answer = await fetch("/preview/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request),
    });
    const result = await answer.json();
    if (result.ok) return result;
    toast(sentence(result.error));
  } catch (error) {
    console.error(error);
    toast("The server does not answer. Is it still running?");
  }
  return null;
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const here = () => ({ person: view.person, chat: view.chat, topic: view.topic });

/** Says whether it was sent; what was not stays in the input. */
async function send(text, context) {
  if (context?.edits) {
    return act({ do: "edit", person: view.person, chat: view.chat, message: context.message.id, text });
  }
  const sent = await act({ do: "say", ...here(), text, reply_to: context?.message.id ?? null });
  $("scroll").scrollTop = $("scroll").scrollHeight;
  return sent;
}

/** Follows a link of the bot itself, or one to share something; returns false for all others, which the browser opens. */
function followLink(url) {
  const shared = /^https:\/\/t\.me\/share\/url\?(.*)$/i.exec(url);
  if (shared) {
    // The apps ask for a chat first; here it is the open one.
    composer.setText(new URLSearchParams(shared[1]).get("url") ?? "");
    return true;
  }
  const pattern = new RegExp(`^(?:https?://)?t\\.me/${screen.bot.username}(?:\\?(.*))?$`, "i");
  const tg = new RegExp(`^tg://resolve\\?domain=${screen.bot.username}(?:&(.*))?$`, "i");
  const match = pattern.exec(url) ?? tg.exec(url);
  if (!match) return false;
  const payload = new URLSearchParams(match[1] ?? "").get("start");
  startBot(payload);
  return true;
}

async function startBot(payload) {
  go({ chat: view.person, topic: null });
  if (payload !== null) await act({ do: "start", person: view.person, payload });
}

const acts = {
  async tap(message, button, key) {
    if (button.url) {
      if (!followLink(button.url)) open(button.url, "_blank", "noopener,noreferrer");
      return;
    }
    key.classList.add("busy");
    const result = await act({ do: "tap", person: view.person, chat: view.chat, message: message.id, data: button.callback_data });
    key.classList.remove("busy");
    const answer = result?.answer;
    if (answer?.text) answer.is_alert ? alertBox(answer.text) : toast(answer.text);
  },
  vote: (message, options) => act({ do: "vote", person: view.person, chat: view.chat, message: message.id, options }),
  reply: (message) => composer.replyTo(message),
  edit: (message) => composer.startEdit(message),
  remove: (message) => act({ do: "delete", chat: view.chat, message: message.id }),
  command: (text) => send(text, null),
  link: followLink,
  redraw: () => draw(),
};

composer.setUp({
  send,
  inline: (query) => act({ do: "inline", person: view.person, chat: view.chat, query }),
  choose: (query, result) => act({ do: "choose", query, result, chat: view.chat, topic: view.topic }),
  editLast() {
    const mine = openChat()?.messages.filter((it) => it.is_mine && it.text && !it.media && !it.is_via_bot);
    if (mine?.length) composer.startEdit(mine.at(-1));
  },
});

$("back").addEventListener("click", () => {
  leaving = view.chat;
  go({ chat: null, topic: null });
});
$("to-bottom").addEventListener("click", () => $("scroll").scrollTo({ top: $("scroll").scrollHeight, behavior: "smooth" }));
$("scroll").addEventListener("scroll", () => {
  const chat = openChat();
  if (!chat) return;
  drawToBottom(chat);
  markRead(chat);
});
// A footer that grows, or a keyboard that opens, must not cover the newest messages.
let wasAtBottom = true;
$("scroll").addEventListener("scroll", () => (wasAtBottom = nearBottom()));
new ResizeObserver(() => {
  if (wasAtBottom) $("scroll").scrollTop = $("scroll").scrollHeight;
}).observe($("scroll"));
$("notice-dismiss").addEventListener("click", () => act({ do: "dismiss_notice" }));
$("start").addEventListener("click", async () => {
  await act({ do: "block", person: view.person, blocked: false });
  await act({ do: "start", person: view.person, payload: "" });
});
$("speaker").addEventListener("click", () =>
  openMenu(
    $("speaker"),
    screen.people.map((person) => ({
      label: person.name,
      icon: avatar(person.id, person.name),
      checked: person.id === screen.person,
      act: () => switchPerson(person.id),
    })),
  ),
);
$("attach").addEventListener("click", () =>
  openMenu($("attach"), [
    { label: "Photo", act: () => act({ do: "attach", ...here(), what: "photo" }) },
    { label: "Sticker", act: () => act({ do: "attach", ...here(), what: "sticker" }) },
  ]),
);
$("chat-menu").addEventListener("click", () => {
  const chat = openChat();
  if (!chat) return;
  if (chat.kind === "business" && !chat.is_own_business) return toast("Only the owner of the account can change that.");
  const { person, chat: id } = here();
  const entries =
    chat.kind === "private"
      ? [
          chat.is_blocked
            ? { label: "Unblock the bot", act: () => act({ do: "block", person, blocked: false }) }
            : { label: "Stop and block the bot", danger: true, act: () => act({ do: "block", person, blocked: true }) },
        ]
      : chat.kind === "business"
      ? [
          chat.has_bot
            ? { label: "Disconnect the bot", danger: true, act: () => act({ do: "business", person, connected: false }) }
            : { label: "Connect the bot", act: () => act({ do: "business", person, connected: true }) },
        ]
      : [
          chat.has_bot
            ? { label: "Remove the bot", danger: true, act: () => act({ do: "remove_bot", person, chat: id }) }
            : { label: "Add the bot", act: () => act({ do: "add_bot", person, chat: id }) },
        ];
  if (chat.kind === "group") {
    entries.push({
      label: "Make it a supergroup",
      act: async () => {
        const moved = await act({ do: "migrate", person, chat: id });
        if (moved) go({ chat: moved.chat, topic: null });
      },
    });
  }
  openMenu($("chat-menu"), entries);
});
addEventListener("hashchange", () => {
  readAddress();
  refresh();
});
document.addEventListener("visibilitychange", refresh);
setInterval(() => tick(Date.now() + ahead, refresh), 250);

readAddress();
const events = new EventSource("/preview/events");
events.addEventListener("change", refresh);
events.addEventListener("error", () => $("app").classList.add("offline"));
