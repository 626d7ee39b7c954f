// Where a person writes: text, commands, inline queries, what is replied to or edited.

import { $, el } from "./dom.js";
import { summary } from "./chats.js";

/** Milliseconds of quiet before an inline query is asked. */
const QUIET = 250;

const input = $("input");
let context = null;
let suggested = [];
let chosen = -1;
let inlineTimer;
let lastQuery = "";
let acts;
let screen;
let chat;

/** `given`: send(text, context), inline(query) → answer, choose(query, result). */
export function setUp(given) {
  acts = given;
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", () => {
    grow();
    suggest();
  });
  input.addEventListener("keydown", keydown);
  $("context-cancel").addEventListener("click", () => setContext(null));
  $("commands").addEventListener("click", () => {
    const open = suggested.length > 0;
    if (open) return clearSuggestions();
    showCommands("");
    input.focus();
  });
}

/** Tells the composer which chat it writes to; a new place forgets the reply. */
export function setPlace(newScreen, newChat, isNewPlace) {
  screen = newScreen;
  chat = newChat;
  if (isNewPlace) {
    setContext(null);
    clearSuggestions();
  }
  $("commands").hidden = !chat || chat.commands.length === 0;
}

export function replyTo(message) {
  setContext({ message, edits: false });
}

export function startEdit(message) {
  setContext({ message, edits: true });
  setText(message.text);
}

export function setText(text) {
  input.value = text;
  grow();
  input.focus();
  input.setSelectionRange(text.length, text.length);
  suggest();
}

function setContext(next) {
  if (context?.edits && !next?.edits) {
    input.value = "";
    grow();
  }
  context = next;
  $("context").hidden = !next;
  if (!next) return;
  const title = next.edits ? "Edit message" : `Reply to ${next.message.from}`;
  $("context-text").replaceChildren(el("strong", {}, title), el("span", {}, summary(next.message)));
  input.focus();
}

async function submit() {
  const text = input.value.trim();
  if (!text) return;
  const [written, sent] = [input.value, context];
  input.value = "";
  context = null;
  setContext(null);
  clearSuggestions();
  grow();
  if (await acts.send(text, sent)) return;
  // The server is away: what was written is there again, unless something else has been written since.
  if (input.value !== "") return;
  if (sent) setContext(sent);
  input.value = written;
  grow();
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  $("composer").classList.toggle("has-text", input.value.trim() !== "");
}

function keydown(event) {
  if (event.isComposing) return;
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (suggested.length > 0 && move) {
    select((chosen + move + suggested.length) % suggested.length);
  } else if (suggested.length > 0 && (event.key === "Tab" || (event.key === "Enter" && chosen >= 0))) {
    suggested[Math.max(chosen, 0)].act();
  } else if (event.key === "Enter" && !event.shiftKey) {
    submit();
  } else if (event.key === "Escape") {
    suggested.length > 0 ? clearSuggestions() : setContext(null);
  } else if (event.key === "ArrowUp" && input.value === "") {
    acts.editLast();
  } else {
    return;
  }
  event.preventDefault();
}

function suggest() {
  const text = input.value;
  const inline = new RegExp(`^@${screen.bot.username}\\s+(.*)$`, "is").exec(text);
  clearTimeout(inlineTimer);
  if (inline) {
    inlineTimer = setTimeout(() => ask(inline[1]), QUIET);
  } else if (/^\/[a-z0-9_]*$/i.test(text)) {
    showCommands(text.slice(1).toLowerCase());
  } else {
    clearSuggestions();
  }
}

function showCommands(prefix) {
  const commands = (chat?.commands ?? []).filter((it) => it.command.startsWith(prefix));
  // In groups the apps add the bot's name, so that no other bot takes the command.
  const suffix = chat?.kind === "private" ? "" : `@${screen.bot.username}`;
  show(
    commands.map(({ command, description }) => ({
      head: `/${command}`,
      tail: description,
      act: () => {
        clearSuggestions();
        input.value = "";
        grow();
        acts.send(`/${command}${suffix}`, context);
        setContext(null);
        input.focus();
      },
    })),
    "commands",
  );
}

async function ask(query) {
  lastQuery = query;
  const asked = await acts.inline(query);
  // Only the newest query's answer is of use.
  if (!asked || lastQuery !== query || !input.value.toLowerCase().startsWith("@")) return;
  const rows = asked.answer.results.map((result) => ({
    head: result.title,
    tail: result.description ?? "",
    act: () => {
      input.value = "";
      grow();
      clearSuggestions();
      acts.choose(asked.query, result.id);
    },
  }));
  show(rows.length > 0 ? rows : [{ head: "No results", tail: "", act: clearSuggestions }], "inline");
}

function show(rows, kind) {
  suggested = rows;
  chosen = -1;
  const box = $("suggestions");
  box.className = kind;
  box.hidden = rows.length === 0;
  input.setAttribute("aria-expanded", String(rows.length > 0));
  box.replaceChildren(
    ...rows.map((row, index) =>
      el(
        "div.suggestion",
        { role: "option", id: `suggestion-${index}`, "aria-selected": "false", onclick: row.act },
        el("strong", {}, row.head),
        row.tail && el("span", {}, row.tail),
      ),
    ),
  );
  input.removeAttribute("aria-activedescendant");
}

function select(index) {
  chosen = index;
  [...$("suggestions").children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  $("suggestions").children[index]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", `suggestion-${index}`);
}

function clearSuggestions() {
  clearTimeout(inlineTimer);
  lastQuery = "";
  if (suggested.length > 0) show([], "");
}
