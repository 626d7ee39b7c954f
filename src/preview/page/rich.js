// Text with entities as elements. Offsets are UTF-16 units, which is what JavaScript counts.

import { el } from "./dom.js";

/**
 * @param {{onCommand: (text: string) => void, onLink: (url: string) => boolean}} handlers
 *   `onLink` returns true when it has dealt with the link itself.
 */
export function rich(text, entities, handlers) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, 0, text.length, sorted, handlers));
  return fragment;
}

/** The nodes of `text[start..end]`; an entity that sticks out of its parent is cut at its end. */
function nodes(text, start, end, entities, handlers) {
  const made = [];
  let at = start;
  let rest = entities;
  while (rest.length > 0) {
    const [entity, ...others] = rest;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) {
      rest = others;
      continue;
    }
    // A block stands on lines of its own: the line feeds at its edges are not shown as well.
    const isBlock = entity.type === "pre" || entity.type === "blockquote";
    const before = text.slice(at, from);
    if (from > at) made.push(isBlock ? before.replace(/\n$/, "") : before);
    const inside = others.filter((it) => it.offset < to);
    const children = nodes(text, from, to, inside, handlers);
    made.push(wrap(entity, text.slice(from, to), children, handlers));
    rest = others.filter((it) => it.offset >= to);
    at = isBlock && text[to] === "\n" ? to + 1 : to;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

function wrap(entity, text, children, handlers) {
  switch (entity.type) {
    case "bold":
      return el("strong", {}, ...children);
    case "italic":
      return el("em", {}, ...children);
    case "strikethrough":
      return el("s", {}, ...children);
    case "spoiler":
      return spoiler(children);
    case "blockquote":
      return el("blockquote", {}, ...children);
    case "code":
      return el("code", {}, ...children);
    case "pre":
      return el("pre", { "data-language": entity.language }, ...children);
    case "text_link":
      return link(entity.url, children, handlers);
    case "url":
      return link(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`, children, handlers);
    case "email":
      return el("a", { href: `mailto:${text}` }, ...children);
    case "bot_command":
      return el("button.command", { type: "button", onclick: () => handlers.onCommand(text) }, ...children);
    case "mention":
    case "hashtag":
    case "cashtag":
      return el("span.tag", {}, ...children);
    default:
      return el("span", {}, ...children);
  }
}

/** Hidden until it is tapped, as in Telegram. */
function spoiler(children) {
  const show = () => hidden.classList.add("shown");
  const hidden = el("button.spoiler", { type: "button", title: "Spoiler", onclick: show }, ...children);
  return hidden;
}

function link(url, children, handlers) {
  const isWeb = /^(https?|tg):\/\//i.test(url);
  if (!isWeb) return el("span", {}, ...children);
  const open = (event) => {
    if (handlers.onLink(url)) event.preventDefault();
  };
  return el(
    "a",
    { href: url, title: url, target: "_blank", rel: "noopener noreferrer", onclick: open },
    ...children,
  );
}
